"""Work for later: what there is to do, the port through which use cases ask for it, and the one that runs it."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID

NO_DELAY: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Job:
    """The base of every kind of job. Jobs outlive a deployment: a new field needs a default."""
{% if slot("jobs.kinds") %}


{{ slot("jobs.kinds") }}
{% endif %}


class JobQueue(Protocol):
    async def enqueue(self, job: Job, *, delay: timedelta = NO_DELAY) -> UUID:
        """Have a job done once the current transaction is committed, after the delay. Return its id."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """A job that one worker holds. When another worker takes the job over, its attempt has a higher number."""

    job_id: UUID
    kind: str
    payload: str
    number: int
    limit: int


class JobStore(JobQueue, Protocol):
    """The jobs that are not done, for those who run them. All times are those of the store's clock."""

    @property
    def lease(self) -> timedelta:
        """How long a worker holds a job unless it renews that."""
        ...

    async def claim(self, job_id: UUID) -> Attempt | None:
        """Hold a job, unless it is done, dead, not due, or held by another worker."""
        ...

    async def renew(self, attempt: Attempt) -> None: ...

    async def finish(self, attempt: Attempt) -> bool:
        """Delete the job in the current transaction. Return whether this attempt still held it."""
        ...

    async def fail(self, attempt: Attempt, reason: str, delay: timedelta) -> None:
        """Have the job tried again after the delay."""
        ...

    async def bury(self, attempt: Attempt, reason: str) -> bool:
        """Make the job dead in the current transaction. Return whether this attempt still held it."""
        ...

    async def enqueue_periodic(self, job: Job, every: timedelta) -> None:
        """Enqueue the job unless that has been done in the current period."""
        ...

    async def take_unsent(self) -> Sequence[UUID]:
        """Return jobs whose ids should be sent to workers now, and note that they were."""
        ...

    def listening(self) -> AbstractAsyncContextManager[Callable[[float], Awaitable[None]]]:
        """Yield a function that waits for a job to be enqueued, at most for some seconds."""
        ...

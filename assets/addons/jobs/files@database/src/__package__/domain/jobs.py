"""Work for later: what there is to do, the port through which use cases ask for it, and the one that runs it."""

from collections.abc import AsyncGenerator, Generator, Sequence
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
    """What workers use. `renew`, `finish`, `fail` and `bury` return False when another worker holds the job."""

    async def claim(self, job_id: UUID) -> Attempt | None: ...
    async def renew(self, attempt: Attempt) -> bool: ...
    async def finish(self, attempt: Attempt) -> bool: ...
    async def fail(self, attempt: Attempt, reason: str, delay: timedelta) -> bool: ...
    async def bury(self, attempt: Attempt, reason: str) -> bool: ...
    async def enqueue_periodic(self, job: Job, every: timedelta) -> None: ...
    async def take_unsent(self) -> Sequence[UUID]: ...
    {{ slot("jobs.wake_ups") }}

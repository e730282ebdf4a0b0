"""Work for later: what there is to do, and the port through which use cases ask for it."""

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
        """Have a job done after the delay, or raise Unavailable. Return its id."""
        ...

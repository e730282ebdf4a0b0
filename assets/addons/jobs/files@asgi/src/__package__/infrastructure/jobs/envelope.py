"""A job on its way: named by its class, its payload as JSON, under an id that stays the same however often it comes."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import msgspec
from dramatiq import Message

from {{ package }}.domain.jobs import Job

QUEUE: Final = "default"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an outbox and a queue carry; only who does the job reads the payload."""

    id: UUID
    name: str
    payload: str

    def message(self) -> Message[None]:
        """Return what the actor of that name is sent."""
        job_id = str(self.id)
        return Message(
            queue_name=QUEUE,
            actor_name=self.name,
            args=(job_id, self.payload),
            kwargs={},
            options={},
            message_id=job_id,
        )


def seal(job: Job) -> Envelope:
    """Put a job into an envelope of its own."""
    return Envelope(uuid4(), type(job).__name__, msgspec.json.encode(job).decode())

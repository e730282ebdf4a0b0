"""Dead letters: jobs that have failed for good, kept for a while, and what may become of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast, final
from uuid import UUID

import msgspec
from msgspec import Struct

from {{ package }}.infrastructure.jobs.envelope import Envelope
from {{ package }}.infrastructure.jobs.keys import Keys
from {{ package }}.infrastructure.jobs.queue import DramatiqQueue, unavailable
from {{ package }}.infrastructure.redis.client import RedisClient


class Options(Struct, frozen=True):
    """What the broker has noted of a message; `traceback` is that of the last failure but one."""

    retries: int = 0
    traceback: str = ""


class Stored(Struct, frozen=True):
    """A message as the broker stores it."""

    actor_name: str
    args: tuple[UUID, str]
    options: Options


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that is not tried any more; `error` is the class of what it failed with, where that is known."""

    job: Envelope
    died_at: datetime
    attempts: int
    error: str
    key: bytes


@final
class DeadLetters:
    """Those of the one queue."""

    def __init__(self, redis: RedisClient, keys: Keys, queue: DramatiqQueue) -> None:
        """Take where they are, and where they may go once more."""
        self._redis = redis
        self._keys = keys
        self._queue = queue

    async def list(self) -> Sequence[DeadLetter]:
        """Return them all, the oldest first."""
        answer = await self._redis.send("ZRANGE", self._keys.dead, 0, -1, "WITHSCORES")
        dead = cast("list[tuple[bytes, float]]", answer)
        found = [(key, died, await self._redis.send("HGET", self._keys.dead_messages, key)) for key, died in dead]
        return [_letter(key, float(died), stored) for key, died, stored in found if isinstance(stored, bytes)]

    async def requeue(self, jobs: Collection[UUID] | None = None) -> int:
        """Have these tried again as if for the first time, or all, and count them.

        One is taken away only once it is in the queue: who is interrupted may find it in both, and loses none.
        """
        chosen = [letter for letter in await self.list() if jobs is None or letter.job.id in jobs]
        for letter in chosen:
            if await self._queue.send([letter.job], 1.0) == 0:
                raise unavailable(reason="does not take it")
            await self._redis.send("ZREM", self._keys.dead, letter.key)
            await self._redis.send("HDEL", self._keys.dead_messages, letter.key)
        return len(chosen)


def _letter(key: bytes, died: float, stored: bytes) -> DeadLetter:
    message = msgspec.json.decode(stored, type=Stored)
    job_id, payload = message.args
    last_line = message.options.traceback.rstrip().rpartition("\n")[2]
    return DeadLetter(
        job=Envelope(job_id, message.actor_name, payload),
        died_at=datetime.fromtimestamp(died / 1000, UTC),
        attempts=message.options.retries + 1,
        error=last_line.rpartition(": ")[2],
        key=key,
    )

"""How the queue and its workers are, as anybody can see who has the same Redis."""

import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol, cast, final

import msgspec
from msgspec import Struct

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.jobs.durability import doubts
from {{ package }}.infrastructure.jobs.keys import Keys
from {{ package }}.infrastructure.redis.client import RedisClient

BEAT: Final = 5.0
"""How many seconds lie between two signs of life of a worker."""

SILENCE: Final = 20.0
"""How many seconds without one mean that it is gone."""

LATE: Final = 60.0
"""How many seconds a job may wait until that is remarkable."""

_logger = logging.getLogger(__name__)


class Worker(Protocol):
    """Whoever gives signs of life."""

    @property
    def alive(self) -> bool:
        """Whether it can do its work."""
        ...


class Status(Protocol):
    """What is known of the queue and its workers."""

    async def check(self) -> str:
        """Say it in a few words, for readiness; raise Unavailable if the queue does not answer."""
        ...

    async def beat(self, worker: Worker) -> float:
        """Give a sign of life of this worker if it has any, and return how many seconds pass until the next."""
        ...

    async def alive(self) -> bool:
        """Tell whether a worker on this machine has given one of late."""
        ...


class _Stamp(Struct, frozen=True):
    message_timestamp: int


@dataclass(frozen=True, slots=True)
class Queue:
    """What there is in it."""

    waiting: int
    oldest: float
    dead: int
    workers: int

    def remark(self, doubt: str | None) -> str:
        """Put it into words."""
        concerns = [
            *([doubt] if doubt else []),
            *(["no worker"] if self.workers == 0 else []),
            *([f"the oldest waits for {self.oldest:.0f} s"] if self.oldest > LATE else []),
            *([f"{self.dead} dead"] if self.dead else []),
        ]
        return f"degraded: {', '.join(concerns)}; {self.waiting} waiting" if concerns else f"ok, {self.waiting} waiting"


@final
class RedisStatus:
    """The port `Status`, on the Redis that holds the queue."""

    def __init__(self, redis: RedisClient, keys: Keys) -> None:
        """Take the client."""
        self._redis = redis
        self._keys = keys
        self._warned = False

    async def check(self) -> str:
        """Say how the queue is; of a Redis that can lose jobs, the first time in the log too."""
        doubt = await doubts(self._redis)
        if doubt and not self._warned:
            self._warned = True
            _logger.warning("the Redis that holds jobs may lose some: %s", doubt)
        return (await self._queue()).remark(doubt)

    async def beat(self, worker: Worker) -> float:
        """Give a sign of life of this worker if it has any, and forget those that are gone."""
        now = time.time()
        if worker.alive:
            await self._redis.send("ZADD", self._keys.workers, now, f"{socket.gethostname()}:{os.getpid()}")
        await self._redis.send("ZREMRANGEBYSCORE", self._keys.workers, "-inf", now - SILENCE)
        return BEAT

    async def alive(self) -> bool:
        """Tell whether a worker on this machine has given one of late."""
        found = await self._redis.send("ZRANGEBYSCORE", self._keys.workers, time.time() - SILENCE, "+inf")
        return any(name.decode().rpartition(":")[0] == socket.gethostname() for name in cast("list[bytes]", found))

    async def _queue(self) -> Queue:
        return Queue(
            waiting=cast("int", await self._redis.send("LLEN", self._keys.waiting)),
            oldest=await self._oldest(),
            dead=cast("int", await self._redis.send("ZCARD", self._keys.dead)),
            workers=cast("int", await self._redis.send("ZCOUNT", self._keys.workers, time.time() - SILENCE, "+inf")),
        )

    async def _oldest(self) -> float:
        key = await self._redis.send("LINDEX", self._keys.waiting, 0)
        message = await self._redis.send("HGET", self._keys.messages, key) if isinstance(key, bytes) else None
        if not isinstance(message, bytes):
            return 0.0
        return time.time() - msgspec.json.decode(message, type=_Stamp).message_timestamp / 1000


@final
class InProcessStatus:
    """The port `Status` where the service does its jobs itself."""

    async def check(self) -> str:
        """Say that it is there."""
        return "ok"

    async def beat(self, worker: Worker) -> float:
        """Tell nobody."""
        _ = worker
        return BEAT

    async def alive(self) -> bool:
        """Tell that no other process works."""
        return False


async def tolerated(check: Callable[[], Awaitable[str]]) -> str:
    """Say how the queue is where requests can do without it: what they ask for waits in the outbox."""
    try:
        return await check()
    except Unavailable as error:
        return f"degraded: {error.reason}"

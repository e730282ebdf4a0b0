"""A read-through cache in Redis. One read at a time fills a key, and an outage of Redis is a miss."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final, cast, final
from uuid import UUID
from msgspec import msgpack
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.outages import OutageLog
from {{ package }}.infrastructure.redis.client import RedisClient

JITTER: Final = 0.1
"""The part of its lifetime by which an entry may end earlier, at random, so that entries do not expire together."""

PAUSE: Final = 1.0
"""After a failure, the seconds during which Redis is not asked for entries."""


@final
class ReadThroughCache:
    """Values of dataclasses, by their type and a key. None is not kept."""

    def __init__(self, redis: RedisClient, ttl_seconds: float) -> None:
        self._redis = redis
        self._ttl_seconds = ttl_seconds
        self._flights: dict[str, asyncio.Future[object]] = {}
        self._paused_until = 0.0
        self._outages = OutageLog("cache")

    async def fetch[V](self, kind: type[V], key: UUID | str, read: Callable[[], Awaitable[V | None]]) -> V | None:
        """Return the entry, or what `read` returns. Calls for the same key meanwhile wait for the same result."""
        name = _name(kind, key)
        while (other := self._flights.get(name)) is not None:
            await asyncio.wait([other])
            if not other.cancelled():
                return cast("V | None", other.result())
        flight = self._flights[name] = asyncio.get_running_loop().create_future()
        try:
            flight.set_result(value := await self._get_or_read(kind, name, read))
        except Exception as error:
            flight.set_exception(error)
            flight.exception()  # retrieved: asyncio would report it when no other call waits
            raise
        finally:
            flight.cancel()  # has no effect unless this call was cancelled: another one reads then
            if self._flights.get(name) is flight:
                del self._flights[name]
        return value

    async def delete(self, kind: type[object], key: UUID | str) -> None:
        """Delete the entry, because its source has changed. While Redis is unavailable it stays until it expires."""
        name = _name(kind, key)
        self._flights.pop(name, None)
        await self._send("DEL", name)

    async def _get_or_read[V](self, kind: type[V], name: str, read: Callable[[], Awaitable[V | None]]) -> V | None:
        content = await self._send("GET", name)
        if content is not None:
            try:
                return msgpack.decode(cast("bytes", content), type=kind)
            except (ValueError, RecursionError):
                pass  # another version of the service wrote it: read again
        flight = self._flights.get(name)
        value = await read()
        deleted = self._flights.get(name) is not flight
        if value is not None and not deleted:
            lifetime = self._ttl_seconds * (1000 - JITTER * secrets.randbelow(1001))
            await self._send("SET", name, msgpack.encode(value), "PX", round(lifetime))
        return value

    async def _send(self, *command: str | bytes | float) -> object:
        """Send a command and return the answer; None while Redis is unavailable."""
        if monotonic() < self._paused_until:
            return None
        try:
            answer = await self._redis.send(*command)
        except Unavailable as error:
            self._paused_until = monotonic() + PAUSE
            self._outages.unavailable(error.reason)
            return None
        self._outages.available()
        return answer


def _name(kind: type[object], key: UUID | str) -> str:
    return f"{{ package }}:{kind.__name__}:{key}"

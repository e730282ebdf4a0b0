"""The cache: what was read is kept for a while, and many who ask at once read once."""

import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, final
from uuid import UUID
from {{ package }}.infrastructure.cache.flights import Flights
from {{ package }}.infrastructure.cache.memory import MemoryStore
from {{ package }}.infrastructure.cache.outages import GuardedStore
from {{ package }}.infrastructure.cache.shapes import Shape, shape_of
from {{ package }}.infrastructure.cache.store import RESERVED, RedisStore
from {{ package }}.infrastructure.config import CacheSettings, RedisSettings
from {{ package }}.infrastructure.redis.client import open_redis

SPREAD: Final = 0.1
"""By which part of it a lifetime is shortened at random, so that what was read together does not end together."""


@final
class ReadThroughCache:
    """The port `ReadCache`."""

    def __init__(self, store: GuardedStore, ttl_seconds: float) -> None:
        """Take where values are kept, and how long at most."""
        self._store = store
        self._ttl_seconds = ttl_seconds
        self._flights = Flights()

    async def check(self) -> str:
        """Say how it is, for readiness."""
        return await self._store.check()

    async def fetch[V](self, kind: type[V], key: UUID | str, read: Callable[[], Awaitable[V | None]]) -> V | None:
        """Return what is kept, else what `read` gives; those who ask meanwhile wait for the same read."""
        shape = shape_of(kind)
        name = shape.key(key)
        return await self._flights.share(name, partial(self._fetch, shape, name, read))

    async def forget(self, kind: type[object], key: UUID | str) -> None:
        """Keep this no longer."""
        name = shape_of(kind).key(key)
        self._flights.leave(name)
        await self._store.forget(name)

    async def _fetch[V](self, shape: Shape[V], name: str, read: Callable[[], Awaitable[V | None]]) -> V | None:
        if (kept := await self._store.read(name)) is not None:
            try:
                return shape.decode(kept)
            except (ValueError, RecursionError):
                await self._store.forget(name)
        mark = RESERVED + secrets.token_bytes(16)
        if not await self._store.reserve(name, mark):
            return await read()
        value = None
        try:
            value = await read()
            return value
        finally:
            await self._settle(shape, name, mark, value)

    async def _settle[V](self, shape: Shape[V], name: str, mark: bytes, value: V | None) -> None:
        if value is None:
            await self._store.release(name, mark)
        else:
            await self._store.fill(name, mark, shape.encode(value), self._lifetime())

    def _lifetime(self) -> float:
        return self._ttl_seconds * (1 - SPREAD * secrets.randbelow(1001) / 1000)


@asynccontextmanager
async def open_cache(settings: CacheSettings, redis: RedisSettings) -> AsyncGenerator[ReadThroughCache]:
    """Give the cache for as long as the service runs; Redis need not be up."""
    if redis.url.in_process:
        yield ReadThroughCache(GuardedStore(MemoryStore()), settings.ttl_seconds)
        return
    async with open_redis(redis) as client:
        store = GuardedStore(RedisStore(client), redis.timeout)
        try:
            yield ReadThroughCache(store, settings.ttl_seconds)
        finally:
            await store.close()

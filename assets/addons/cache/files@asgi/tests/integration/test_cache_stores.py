"""Memory and Redis keep alike."""

import secrets
from collections.abc import AsyncGenerator
from typing import Final, cast
import pytest
from {{ package }}.infrastructure.cache.memory import MemoryStore
from {{ package }}.infrastructure.cache.store import RESERVATION, RESERVED, RedisStore, Store
from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.redis.client import open_redis
from tests.fixtures.cache import eventually

MARK: Final = RESERVED + b"mine"
OTHER: Final = RESERVED + b"another"

both = pytest.mark.parametrize("where", ["memory", "redis"])


@pytest.fixture
async def redis_store(redis_server: RedisSettings) -> AsyncGenerator[RedisStore]:
    async with open_redis(redis_server) as redis:
        yield RedisStore(redis)


@pytest.fixture
def memory_store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def store(where: str, request: pytest.FixtureRequest) -> Store:
    return cast("Store", request.getfixturevalue(f"{where}_store"))


@pytest.fixture
def key() -> str:
    return f"test:{secrets.token_hex(8)}"


@both
async def test_what_is_filled_in_is_read(store: Store, key: str) -> None:
    assert await store.read(key) is None
    assert await store.reserve(key, MARK)
    assert await store.read(key) is None
    await store.fill(key, MARK, b"\x81\x00value\xff", 60)

    assert await store.read(key) == b"\x81\x00value\xff"
    await store.forget(key)


@both
async def test_one_at_a_time_reserves(store: Store, key: str) -> None:
    assert await store.reserve(key, MARK)
    assert not await store.reserve(key, OTHER)
    await store.fill(key, OTHER, b"of another", 60)
    assert await store.read(key) is None
    await store.release(key, OTHER)
    assert not await store.reserve(key, OTHER)

    await store.release(key, MARK)
    assert await store.reserve(key, OTHER)
    await store.forget(key)


@both
async def test_nothing_is_filled_in_once_it_was_to_be_forgotten(store: Store, key: str) -> None:
    await store.reserve(key, MARK)
    await store.forget(key)
    await store.fill(key, MARK, b"old", 60)
    assert await store.read(key) is None

    await store.reserve(key, OTHER)
    await store.fill(key, MARK, b"old", 60)
    assert await store.read(key) is None
    await store.fill(key, OTHER, b"new", 60)
    assert await store.read(key) == b"new"
    await store.release(key, OTHER)
    assert await store.read(key) == b"new"
    await store.forget(key, f"{key}:not-there")
    assert await store.read(key) is None


@both
async def test_values_end_by_themselves(store: Store, key: str) -> None:
    await store.reserve(key, MARK)
    await store.fill(key, MARK, b"value", 0.02)

    async def has_ended() -> bool:
        return await store.read(key) is None

    await eventually(has_ended)
    assert await store.reserve(key, OTHER)
    await store.forget(key)


async def test_reservations_end_by_themselves(redis_server: RedisSettings, redis_store: RedisStore, key: str) -> None:
    await redis_store.reserve(key, MARK)

    async with open_redis(redis_server) as redis:
        left = await redis.send("PTTL", key)
    assert 0 < cast("int", left) <= RESERVATION * 1000
    await redis_store.forget(key)

import asyncio
from collections.abc import AsyncGenerator
from typing import cast

import pytest

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure import cache as module
from {{ package }}.infrastructure.cache import ReadThroughCache
from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.redis.url import RedisUrl
from {{ package }}.infrastructure.redis.client import open_redis
from tests.fixtures.cache import CountedSource, StoredThing
from tests.fixtures.tcp_proxy import TcpProxy

DOWN = Unavailable("source", "down")


@pytest.fixture
async def cache(proxied_redis: RedisSettings) -> AsyncGenerator[ReadThroughCache]:
    async with open_redis(proxied_redis) as redis:
        yield ReadThroughCache(redis, 60)


async def test_an_entry_comes_back_exactly_in_all_processes_until_it_is_deleted(cache: ReadThroughCache, redis_server: RedisUrl) -> None:
    source = CountedSource()
    async with open_redis(RedisSettings(url=redis_server)) as redis:
        other = ReadThroughCache(redis, 60)
        assert [await source.fetch(process) for process in (cache, cache, other)] == [source.thing] * 3
        assert source.reads == 1

        await other.delete(StoredThing, source.key)
        assert await source.fetch(cache) == source.thing
        assert source.reads == 2


async def test_entries_expire_within_the_last_tenth_of_their_time(
    cache: ReadThroughCache, redis_server: RedisUrl
) -> None:
    lifetimes: list[int] = []
    async with open_redis(RedisSettings(url=redis_server)) as redis:
        for _ in range(20):
            source = CountedSource()
            await source.fetch(cache)
            lifetimes.append(cast("int", await redis.send("PTTL", f"{{ package }}:StoredThing:{source.key}")))

    assert 50_000 < min(lifetimes) < max(lifetimes) - 500 < 60_000


async def test_none_is_not_kept(cache: ReadThroughCache) -> None:
    source = CountedSource()
    source.thing = None

    assert [await source.fetch(cache) for _ in range(2)] == [None, None]
    assert source.reads == 2


async def test_an_entry_that_cannot_be_decoded_is_replaced(cache: ReadThroughCache, redis_server: RedisUrl) -> None:
    source = CountedSource()
    async with open_redis(RedisSettings(url=redis_server)) as redis:
        await redis.send("SET", f"{{ package }}:StoredThing:{source.key}", b"\xc1")

    assert [await source.fetch(cache) for _ in range(2)] == [source.thing] * 2
    assert source.reads == 1


@pytest.mark.parametrize(("cancelled", "reads"), [(0, 2), (1, 1)], ids=["the call that reads", "one that waits"])
async def test_calls_at_once_share_one_read_though_one_is_cancelled(
    cache: ReadThroughCache, cancelled: int, reads: int
) -> None:
    source = CountedSource()
    source.go_on.clear()
    calls = [asyncio.create_task(source.fetch(cache)) for _ in range(50)]
    await source.begun.wait()
    calls.pop(cancelled).cancel()
    source.go_on.set()

    assert await asyncio.gather(*calls) == [source.thing] * 49
    assert source.reads == reads


async def test_a_failure_of_the_source_reaches_every_call_and_is_not_kept(cache: ReadThroughCache) -> None:
    source = CountedSource()
    async def fail() -> StoredThing | None:
        await source.read()
        raise DOWN

    source.go_on.clear()
    calls = [asyncio.create_task(cache.fetch(StoredThing, source.key, fail)) for _ in range(3)]
    await source.begun.wait()
    source.go_on.set()
    for call in calls:
        with pytest.raises(Unavailable):
            await call

    assert source.reads == 1
    assert await source.fetch(cache) == source.thing


async def test_a_read_that_was_under_way_when_the_entry_was_deleted_is_not_kept(cache: ReadThroughCache) -> None:
    source = CountedSource()
    source.go_on.clear()
    slow = asyncio.create_task(source.fetch(cache))
    await source.begun.wait()
    await cache.delete(StoredThing, source.key)
    source.go_on.set()

    assert await slow == source.thing
    await source.fetch(cache)
    assert source.reads == 2


async def test_an_outage_is_a_miss_that_is_logged_once_and_ends_by_itself(
    cache: ReadThroughCache, redis_proxy: TcpProxy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    redis_proxy.freeze()
    monkeypatch.setattr(module, "PAUSE", 3600)

    source = CountedSource()
    async with asyncio.timeout(10):
        for _ in range(20):
            assert await source.fetch(cache) == source.thing
    await cache.delete(StoredThing, source.key)

    monkeypatch.setattr(module, "monotonic", lambda: float("inf"))
    redis_proxy.thaw()
    assert [await source.fetch(cache) for _ in range(2)] == [source.thing] * 2
    assert source.reads == 21
    messages = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert [message.partition(":")[0] for message in messages] == ["cache unavailable", "cache is back"]


async def test_a_restart_between_two_calls_goes_unnoticed(cache: ReadThroughCache, redis_proxy: TcpProxy) -> None:
    source = CountedSource()
    await source.fetch(cache)
    redis_proxy.cut()

    assert await source.fetch(cache) == source.thing
    assert source.reads == 1

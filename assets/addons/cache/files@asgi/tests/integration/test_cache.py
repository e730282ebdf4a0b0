import asyncio
from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure import cache as module
from {{ package }}.infrastructure.cache import ReadThroughCache, open_cache
from {{ package }}.infrastructure.config import CacheSettings, RedisSettings
from {{ package }}.infrastructure.redis.client import open_redis
from tests.fixtures.cache import CountedRead, StoredThing, make_stored_thing
from tests.fixtures.tcp_proxy import TcpProxy


DOWN = Unavailable("source", "down")


@pytest.fixture
async def cache(proxied_redis: RedisSettings) -> AsyncGenerator[ReadThroughCache]:
    async with open_cache(CacheSettings(), proxied_redis) as cache:
        yield cache


@pytest.fixture
def entry() -> StoredThing:
    return make_stored_thing()


@pytest.fixture
def source(entry: StoredThing) -> CountedRead[StoredThing]:
    return CountedRead(entry)


async def test_an_entry_is_read_once_comes_back_exactly_and_expires(
    cache: ReadThroughCache, redis_server: RedisSettings, entry: StoredThing, source: CountedRead[StoredThing]
) -> None:
    assert [await cache.fetch(StoredThing, entry.id, source) for _ in range(3)] == [entry] * 3

    assert source.reads == 1
    async with open_redis(redis_server) as redis:
        assert await redis.send("PTTL", f"{{ package }}:StoredThing:{entry.id}") in range(1, 60_001)


async def test_all_processes_share_entries(
    cache: ReadThroughCache, redis_server: RedisSettings, entry: StoredThing, source: CountedRead[StoredThing]
) -> None:
    async with open_cache(CacheSettings(), redis_server) as other:
        await cache.fetch(StoredThing, entry.id, source)
        assert await other.fetch(StoredThing, entry.id, source) == entry
        assert source.reads == 1

        await other.delete(StoredThing, entry.id)
        await cache.fetch(StoredThing, entry.id, source)
        assert source.reads == 2


async def test_none_is_not_kept(cache: ReadThroughCache) -> None:
    nothing, key = CountedRead[StoredThing](None), uuid4()

    assert [await cache.fetch(StoredThing, key, nothing) for _ in range(2)] == [None, None]
    assert nothing.reads == 2


async def test_an_entry_that_cannot_be_decoded_is_replaced(
    cache: ReadThroughCache, redis_server: RedisSettings, entry: StoredThing, source: CountedRead[StoredThing]
) -> None:
    async with open_redis(redis_server) as redis:
        await redis.send("SET", f"{{ package }}:StoredThing:{entry.id}", b"\xc1")

    assert [await cache.fetch(StoredThing, entry.id, source) for _ in range(2)] == [entry] * 2
    assert source.reads == 1


async def test_many_calls_at_once_share_one_read(cache: ReadThroughCache, entry: StoredThing, source: CountedRead[StoredThing]) -> None:
    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(cache.fetch(StoredThing, entry.id, source)) for _ in range(50)]

    assert [call.result() for call in calls] == [entry] * 50
    assert source.reads == 1


async def test_when_the_call_that_reads_is_cancelled_another_one_reads(
    cache: ReadThroughCache, entry: StoredThing, source: CountedRead[StoredThing]
) -> None:
    never = asyncio.Event()
    first = asyncio.create_task(cache.fetch(StoredThing, entry.id, source.waiting_for(never.wait())))
    await source.begun.wait()
    second = asyncio.create_task(cache.fetch(StoredThing, entry.id, source))
    first.cancel()

    assert await second == entry
    assert source.reads == 2


async def test_a_call_that_stops_waiting_disturbs_no_other(
    cache: ReadThroughCache, entry: StoredThing, source: CountedRead[StoredThing]
) -> None:
    go_on = asyncio.Event()
    first = asyncio.create_task(cache.fetch(StoredThing, entry.id, source.waiting_for(go_on.wait())))
    await source.begun.wait()
    second = asyncio.create_task(cache.fetch(StoredThing, entry.id, source))
    await asyncio.sleep(0)
    second.cancel()
    go_on.set()

    assert await first == entry


async def test_a_failure_of_the_source_reaches_every_call_and_is_not_kept(cache: ReadThroughCache, entry: StoredThing) -> None:
    go_on = asyncio.Event()

    async def fail() -> StoredThing | None:
        await go_on.wait()
        raise DOWN

    calls = [asyncio.create_task(cache.fetch(StoredThing, entry.id, fail)) for _ in range(3)]
    go_on.set()
    for call in calls:
        with pytest.raises(Unavailable):
            await call

    assert await cache.fetch(StoredThing, entry.id, CountedRead(entry)) == entry


async def test_a_read_that_was_under_way_when_the_entry_was_deleted_is_not_kept(
    cache: ReadThroughCache, entry: StoredThing, source: CountedRead[StoredThing]
) -> None:
    go_on = asyncio.Event()
    slow = asyncio.create_task(cache.fetch(StoredThing, entry.id, source.waiting_for(go_on.wait())))
    await source.begun.wait()
    await cache.delete(StoredThing, entry.id)
    go_on.set()

    assert await slow == entry
    await cache.fetch(StoredThing, entry.id, source)
    assert source.reads == 2


@pytest.mark.parametrize("outage", ["frozen", "down"])
async def test_an_outage_is_a_miss_that_is_logged_once_and_ends_by_itself(
    cache: ReadThroughCache,
    redis_proxy: TcpProxy,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    outage: str,
) -> None:
    assert await cache.check() == "ok"
    if outage == "frozen":
        redis_proxy.freeze()
    else:
        await redis_proxy.refuse()
    monkeypatch.setattr(module, "PAUSE", 3600)

    source = CountedRead(make_stored_thing())
    async with asyncio.timeout(10):
        for number in range(20):
            assert await cache.fetch(StoredThing, str(number), source) == source.value
    await cache.delete(StoredThing, "1")
    assert (await cache.check()).startswith("degraded: ")

    monkeypatch.setattr(module, "PAUSE", 0)
    if outage == "frozen":
        redis_proxy.thaw()
    else:
        await redis_proxy.listen()
    assert await cache.check() == "ok"
    messages = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert [message.partition(":")[0] for message in messages] == ["cache unavailable", "cache is back"]


async def test_a_restart_between_two_calls_goes_unnoticed(
    cache: ReadThroughCache, redis_proxy: TcpProxy, entry: StoredThing, source: CountedRead[StoredThing]
) -> None:
    await cache.fetch(StoredThing, entry.id, source)
    await redis_proxy.cut()

    assert await cache.fetch(StoredThing, entry.id, source) == entry
    assert source.reads == 1
    assert await cache.check() == "ok"

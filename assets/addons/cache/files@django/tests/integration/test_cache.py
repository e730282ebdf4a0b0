from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import cast

import pytest

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure import cache as module
from {{ package }}.infrastructure.cache import ReadThroughCache
from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.redis.url import RedisUrl
from {{ package }}.infrastructure.redis.client import RedisClient
from tests.fixtures.cache import CountedSource, StoredThing
from tests.fixtures.tcp_proxy import TcpProxy

DOWN = Unavailable("source", "down")
THREADS = 20


@pytest.fixture
def cache(proxied_redis: RedisSettings) -> ReadThroughCache:
    return ReadThroughCache(RedisClient(proxied_redis), 60)


@pytest.fixture
def threads() -> Generator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as threads:
        yield threads


def test_an_entry_comes_back_exactly_in_all_processes_until_it_is_deleted(
    cache: ReadThroughCache, redis_server: RedisUrl
) -> None:
    source = CountedSource()
    other = ReadThroughCache(RedisClient(RedisSettings(url=redis_server)), 60)
    assert [source.fetch(process) for process in (cache, cache, other)] == [source.thing] * 3
    assert source.reads == 1

    other.delete(StoredThing, source.key)
    assert source.fetch(cache) == source.thing
    assert source.reads == 2


def test_entries_expire_within_the_last_tenth_of_their_time(
    cache: ReadThroughCache, redis_server: RedisUrl
) -> None:
    lifetimes: list[int] = []
    redis = RedisClient(RedisSettings(url=redis_server))
    for _ in range(20):
        source = CountedSource()
        source.fetch(cache)
        lifetimes.append(cast("int", redis.send("PTTL", f"{{ package }}:StoredThing:{source.key}")))

    assert 50_000 < min(lifetimes) < max(lifetimes) - 500 < 60_000


def test_none_is_not_kept(cache: ReadThroughCache) -> None:
    source = CountedSource()
    source.thing = None

    assert [source.fetch(cache) for _ in range(2)] == [None, None]
    assert source.reads == 2


def test_an_entry_that_cannot_be_decoded_is_replaced(cache: ReadThroughCache, redis_server: RedisUrl) -> None:
    source = CountedSource()
    RedisClient(RedisSettings(url=redis_server)).send("SET", f"{{ package }}:StoredThing:{source.key}", b"\xc1")

    assert [source.fetch(cache) for _ in range(2)] == [source.thing] * 2
    assert source.reads == 1


def test_many_threads_at_once_share_one_read(cache: ReadThroughCache, threads: ThreadPoolExecutor) -> None:
    source = CountedSource()
    source.go_on.clear()
    all_there = Barrier(THREADS)

    def fetch(_: int) -> StoredThing | None:
        all_there.wait()
        return source.fetch(cache)

    calls = threads.map(fetch, range(THREADS))
    source.begun.wait()
    source.go_on.set()

    assert list(calls) == [source.thing] * THREADS
    assert source.reads == 1


def test_when_the_thread_that_reads_is_interrupted_another_one_reads(
    cache: ReadThroughCache, threads: ThreadPoolExecutor
) -> None:
    source = CountedSource()
    others: list[Future[StoredThing | None]] = []

    def interrupted() -> StoredThing | None:
        others.append(threads.submit(source.fetch, cache))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.fetch(StoredThing, source.key, interrupted)

    assert others[0].result() == source.thing
    assert source.reads == 1


def test_a_failure_of_the_source_reaches_the_call_and_is_not_kept(cache: ReadThroughCache) -> None:
    source = CountedSource()

    def fail() -> StoredThing | None:
        raise DOWN

    with pytest.raises(Unavailable):
        cache.fetch(StoredThing, source.key, fail)

    assert source.fetch(cache) == source.thing


def test_a_read_that_was_under_way_when_the_entry_was_deleted_is_not_kept(
    cache: ReadThroughCache, threads: ThreadPoolExecutor
) -> None:
    source = CountedSource()
    source.go_on.clear()
    slow = threads.submit(source.fetch, cache)
    source.begun.wait()
    cache.delete(StoredThing, source.key)
    source.go_on.set()

    assert slow.result() == source.thing
    source.fetch(cache)
    assert source.reads == 2


def test_an_outage_is_a_miss_that_is_logged_once_and_ends_by_itself(
    cache: ReadThroughCache,
    redis_proxy: TcpProxy,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    redis_proxy.freeze()
    monkeypatch.setattr(module, "PAUSE", 3600)

    source = CountedSource()
    for _ in range(20):
        assert source.fetch(cache) == source.thing
    cache.delete(StoredThing, source.key)

    monkeypatch.setattr(module, "monotonic", lambda: float("inf"))
    redis_proxy.thaw()
    assert [source.fetch(cache) for _ in range(2)] == [source.thing] * 2
    assert source.reads == 21
    messages = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert [message.partition(":")[0] for message in messages] == ["cache unavailable", "cache is back"]


def test_a_restart_between_two_calls_goes_unnoticed(cache: ReadThroughCache, redis_proxy: TcpProxy) -> None:
    source = CountedSource()
    source.fetch(cache)
    redis_proxy.cut()

    assert source.fetch(cache) == source.thing
    assert source.reads == 1

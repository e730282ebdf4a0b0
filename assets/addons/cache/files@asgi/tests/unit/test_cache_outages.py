"""The store fails: it costs hits, once a little time, and one line; what is owed is paid before it is used again."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final
import pytest
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.cache import outages
from {{ package }}.infrastructure.cache.memory import MemoryStore
from {{ package }}.infrastructure.cache.outages import GuardedStore
from {{ package }}.infrastructure.cache.read_through import ReadThroughCache
from {{ package }}.infrastructure.cache.store import RESERVED
from {{ package }}.infrastructure.redis.client import CommandError
from tests.fixtures.cache import ID, IN_TIME, NEWER, THING, TTL, CountedRead, Keepsake, eventually, recovered

MARK: Final = RESERVED + b"1"


class Failing:
    """Keeps bytes in memory, and fails as it is told to."""

    def __init__(self) -> None:
        self.store: MemoryStore = MemoryStore()
        self.fail: Callable[[str], Awaitable[None]] = self.work
        self.asked: list[str] = []

    async def read(self, key: str) -> bytes | None:
        await self.ask("read")
        return await self.store.read(key)

    async def reserve(self, key: str, mark: bytes) -> bool:
        await self.ask("reserve")
        return await self.store.reserve(key, mark)

    async def fill(self, key: str, mark: bytes, value: bytes, seconds: float) -> None:
        await self.ask("fill")
        await self.store.fill(key, mark, value, seconds)

    async def release(self, key: str, mark: bytes) -> None:
        await self.ask("release")
        await self.store.release(key, mark)

    async def forget(self, *keys: str) -> None:
        await self.ask("forget")
        await self.store.forget(*keys)

    async def ask(self, command: str) -> None:
        self.asked.append(command)
        await self.fail(command)

    async def work(self, _command: str) -> None:
        """Do not fail."""

    async def be_down(self, _command: str) -> None:
        """Refuse."""
        dependency = "redis"
        raise Unavailable(dependency, "refuses connections")

    async def be_full(self, command: str) -> None:
        """Read, and take nothing."""
        if command in {"reserve", "fill"}:
            dependency = "redis"
            raise Unavailable(dependency, "is full")

    async def forbid_scripts(self, command: str) -> None:
        """Refuse one command."""
        if command == "fill":
            raise CommandError(command)

    async def hang(self, _command: str) -> None:
        """Take it and say nothing."""
        await asyncio.Event().wait()


@pytest.fixture
def store() -> Failing:
    return Failing()


@pytest.fixture
async def guarded(store: Failing, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[GuardedStore]:
    monkeypatch.setattr(outages, "PAUSE", 0.01)
    guarded = GuardedStore(store, 0.03)
    yield guarded
    await guarded.close()


@pytest.fixture
def cache(guarded: GuardedStore) -> ReadThroughCache:
    return ReadThroughCache(guarded, TTL)


@pytest.mark.parametrize("how", ["be_down", "be_full", "forbid_scripts", "hang"])
async def test_every_request_is_answered_from_the_source(store: Failing, cache: ReadThroughCache, how: str) -> None:
    source = CountedRead(THING)
    store.fail = {"be_down": store.be_down, "be_full": store.be_full, "hang": store.hang}.get(how, store.forbid_scripts)

    async with asyncio.timeout(IN_TIME):
        found = [await cache.fetch(Keepsake, ID, source) for _ in range(20)]
        await cache.forget(Keepsake, ID)

    assert found == [THING] * 20
    assert source.reads == 20
    assert (await cache.check()).startswith("degraded: ")


async def test_after_a_failure_it_is_left_alone(
    store: Failing, cache: ReadThroughCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outages, "PAUSE", 60)
    store.fail = store.hang

    _ = [await cache.fetch(Keepsake, ID, CountedRead(THING)) for _ in range(20)]
    await cache.forget(Keepsake, ID)

    assert store.asked == ["read"]
    assert (await cache.check()).startswith("degraded: ")


@pytest.mark.parametrize("how", ["be_full", "forbid_scripts"])
async def test_one_that_does_only_some_of_it_is_not_used(
    caplog: pytest.LogCaptureFixture, store: Failing, cache: ReadThroughCache, how: str
) -> None:
    store.fail = store.be_full if how == "be_full" else store.forbid_scripts
    source = CountedRead(THING)

    async def has_been_probed() -> bool:
        await cache.fetch(Keepsake, str(len(store.asked)), source)
        return store.asked.count("reserve") > 5

    await eventually(has_been_probed)

    assert [record.message for record in caplog.records] == ["the cache is degraded"]


async def test_it_recovers_by_itself(store: Failing, cache: ReadThroughCache) -> None:
    source = CountedRead(THING)
    store.fail = store.be_down
    await cache.fetch(Keepsake, ID, source)
    store.fail = store.work

    await recovered(cache.check)

    await cache.fetch(Keepsake, ID, source)
    await cache.fetch(Keepsake, ID, source)
    assert source.reads == 2


async def test_what_was_written_meanwhile_is_forgotten_before_anything_is_read(
    store: Failing, cache: ReadThroughCache
) -> None:
    source = CountedRead(THING)
    await cache.fetch(Keepsake, ID, source)
    store.fail = store.be_down
    source.value = NEWER
    await cache.forget(Keepsake, ID)
    store.fail = store.work

    async def is_kept() -> bool:
        before = source.reads
        assert await cache.fetch(Keepsake, ID, source) == NEWER
        return source.reads == before

    await eventually(is_kept)


async def test_a_forgetting_that_is_cancelled_takes_place(store: Failing, cache: ReadThroughCache) -> None:
    source, hung, go_on = CountedRead(THING), asyncio.Event(), asyncio.Event()
    await cache.fetch(Keepsake, ID, source)
    source.value = NEWER

    async def dawdle(_command: str) -> None:
        hung.set()
        await go_on.wait()

    store.fail = dawdle
    forgetting = asyncio.create_task(cache.forget(Keepsake, ID))
    await hung.wait()
    forgetting.cancel()
    await asyncio.wait([forgetting])
    store.fail = store.work
    go_on.set()

    async def is_read_anew() -> bool:
        return await cache.fetch(Keepsake, ID, source) == NEWER

    await eventually(is_read_anew)


async def test_what_is_owed_is_bounded(store: Failing, guarded: GuardedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "OWED", 3)
    for key in "abcde":
        await guarded.reserve(key, MARK)
        await guarded.fill(key, MARK, b"value", TTL)
    store.fail = store.be_down
    await guarded.forget(*"abcde")
    store.fail = store.work
    await recovered(guarded.check)

    assert [key for key in "abcde" if await guarded.read(key)] == ["a", "b"]


async def test_an_outage_is_one_line_however_many_ask(
    caplog: pytest.LogCaptureFixture, store: Failing, cache: ReadThroughCache
) -> None:
    store.fail = store.hang
    with caplog.at_level(logging.INFO, outages.__name__):
        await asyncio.gather(*(cache.fetch(Keepsake, str(number), CountedRead(THING)) for number in range(20)))
        _ = [await cache.fetch(Keepsake, ID, CountedRead(THING)) for _ in range(20)]
        assert [(record.levelname, record.message) for record in caplog.records] == [
            ("WARNING", "the cache is degraded")
        ]
        store.fail = store.work
        await recovered(cache.check)

    assert [record.message for record in caplog.records[1:]] == ["the cache works again"]

"""What was fetched is kept while it is good, and nothing makes the service fetch more often than once in a pause."""

import asyncio
from dataclasses import dataclass, field

import pytest

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.identity.refresh_ahead import FRESH_SECONDS, KEPT_SECONDS, PAUSE_SECONDS, RefreshAhead
from tests.fixtures.clock import Clock

DOWN = Unavailable("source", "down")


@dataclass
class Source:
    """Returns how often it was asked, fails while it is down, and waits while it is not released."""

    asked: int = 0
    down: bool = False
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self) -> int:
        self.asked += 1
        await self.released.wait()
        if self.down:
            raise DOWN
        return self.asked


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def source() -> Source:
    source = Source()
    source.released.set()
    return source


@pytest.fixture
def cached(source: Source, clock: Clock) -> RefreshAhead[int]:
    return RefreshAhead(source.fetch, clock)


async def test_a_fresh_value_is_fetched_once(cached: RefreshAhead[int], clock: Clock) -> None:
    values: list[int] = []
    for _ in range(5):
        values.append(await cached.get())
        clock.now += FRESH_SECONDS / 5

    assert values == [1] * 5


async def test_an_old_value_is_fetched_again_once_while_nobody_waits(
    cached: RefreshAhead[int], clock: Clock, source: Source
) -> None:
    await cached.get()
    clock.now += FRESH_SECONDS + 1
    source.released.clear()

    assert await asyncio.gather(*(cached.get() for _ in range(50))) == [1] * 50
    source.released.set()
    assert cached.task
    await cached.task
    assert await cached.get() == source.asked == 2


async def test_refreshing_costs_one_fetch_in_each_pause(
    cached: RefreshAhead[int], clock: Clock, source: Source
) -> None:
    for _ in range(4):
        await asyncio.gather(*(cached.refresh() for _ in range(100)))
        clock.now += PAUSE_SECONDS / 2

    assert source.asked == 2


async def test_while_the_source_is_down_the_last_value_is_kept_for_a_while(
    cached: RefreshAhead[int], clock: Clock, source: Source
) -> None:
    await cached.get()
    source.down = True

    clock.now += PAUSE_SECONDS
    with pytest.raises(Unavailable, match="down"):
        await cached.refresh()
    with pytest.raises(Unavailable, match="down"):
        await cached.refresh()
    assert source.asked == 2, "the second one was within the pause"
    clock.now += KEPT_SECONDS - PAUSE_SECONDS
    assert await cached.get() == 1
    clock.now += 1
    with pytest.raises(Unavailable):
        await cached.get()

    source.down = False
    clock.now += PAUSE_SECONDS
    assert await cached.get() == source.asked


async def test_a_failure_is_forgotten_by_the_next_fetch(
    cached: RefreshAhead[int], clock: Clock, source: Source
) -> None:
    source.down = True
    with pytest.raises(Unavailable):
        await cached.get()
    source.down = False
    with pytest.raises(Unavailable):
        await cached.get()

    clock.now += PAUSE_SECONDS
    assert await cached.get() == 2
    assert cached.failure == ""


async def test_a_request_that_is_cancelled_does_not_stop_the_fetch_for_others(cached: RefreshAhead[int]) -> None:
    first, second = (asyncio.create_task(cached.get()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()

    assert await second == 1

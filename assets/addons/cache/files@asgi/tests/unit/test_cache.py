import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, make_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast
from uuid import UUID, uuid4
import pytest
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.cache.memory import MemoryStore
from {{ package }}.infrastructure.cache.outages import GuardedStore
from {{ package }}.infrastructure.cache.read_through import ReadThroughCache
from {{ package }}.infrastructure.cache.shapes import Shape
from {{ package }}.infrastructure.cache.store import RESERVED
from tests.fixtures.cache import ID, NEWER, THING, TTL, Clock, CountedRead, Keepsake


@dataclass(frozen=True, slots=True)
class Everything:
    text: str
    number: int
    amount: Decimal
    yes: bool
    day: date
    instant: datetime
    key: UUID
    nothing: Decimal | None


async def settled() -> None:
    """Let everything that can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_was_read_is_not_read_again(cache: ReadThroughCache) -> None:
    source = CountedRead(THING)

    assert await cache.fetch(Keepsake, ID, source) == THING
    assert await cache.fetch(Keepsake, ID, source) == THING
    assert source.reads == 1


async def test_it_is_kept_as_long_as_was_set_at_most_and_not_much_less(cache: ReadThroughCache, clock: Clock) -> None:
    source = CountedRead(THING)
    for number in range(50):
        await cache.fetch(Keepsake, str(number), source)
    clock.now += TTL * 0.89
    for number in range(50):
        await cache.fetch(Keepsake, str(number), source)
    assert source.reads == 50

    clock.now += TTL * 0.06
    for number in range(50):
        await cache.fetch(Keepsake, str(number), source)
    assert 50 < source.reads < 100, "not all at once"

    clock.now += TTL
    await cache.fetch(Keepsake, "0", source)
    assert source.reads > 51


@pytest.mark.parametrize("instant", [datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, 23, 59, 59, 999999, UTC)])
@pytest.mark.parametrize("amount", ["12.5000", "-0.0001", "99999999999999.9999", "0", "1E+3"])
async def test_values_come_back_exactly(cache: ReadThroughCache, instant: datetime, amount: str) -> None:
    kept = Everything("h\x00é\U0001f600", -(2**63), Decimal(amount), True, date(2024, 2, 29), instant, ID, None)  # noqa: FBT003
    await cache.fetch(Everything, ID, CountedRead(kept))

    found = await cache.fetch(Everything, ID, CountedRead[Everything](None))

    assert found == kept
    assert found is not None
    assert str(found.amount) == amount


async def test_what_is_not_there_is_asked_for_again(cache: ReadThroughCache) -> None:
    source = CountedRead[Keepsake](None)
    assert await cache.fetch(Keepsake, ID, source) is None
    source.value = THING

    assert await cache.fetch(Keepsake, ID, source) == THING
    assert await cache.fetch(Keepsake, ID, source) == THING
    assert source.reads == 2


async def test_what_was_written_is_read_again(cache: ReadThroughCache) -> None:
    source = CountedRead(THING)
    await cache.fetch(Keepsake, ID, source)
    source.value = NEWER
    await cache.forget(Keepsake, ID)

    assert await cache.fetch(Keepsake, ID, source) == NEWER
    assert await cache.fetch(Keepsake, ID, source) == NEWER
    assert source.reads == 2


async def test_keys_and_kinds_are_kept_apart(cache: ReadThroughCache) -> None:
    one, other = CountedRead(THING), CountedRead(Keepsake(uuid4(), "other"))

    assert await cache.fetch(Keepsake, ID, one) == one.value
    assert await cache.fetch(Keepsake, uuid4(), other) == other.value
    assert await cache.fetch(str, ID, CountedRead("text")) == "text"


async def test_many_who_ask_at_once_share_one_read(cache: ReadThroughCache) -> None:
    source, go_on = CountedRead(THING), asyncio.Event()

    reading = asyncio.create_task(cache.fetch(Keepsake, ID, source.waiting_for(go_on.wait())))
    await settled()
    waiting = [asyncio.create_task(cache.fetch(Keepsake, ID, source)) for _ in range(20)]
    await settled()
    go_on.set()

    assert await asyncio.gather(reading, *waiting) == [THING] * 21
    assert source.reads == 1


async def test_if_the_one_who_reads_is_cancelled_another_one_reads(cache: ReadThroughCache) -> None:
    source = CountedRead(THING)
    reading = asyncio.create_task(cache.fetch(Keepsake, ID, source.waiting_for(asyncio.Event().wait())))
    await settled()
    waiting = [asyncio.create_task(cache.fetch(Keepsake, ID, source)) for _ in range(5)]
    await settled()

    reading.cancel()

    async with asyncio.timeout(5):
        assert await asyncio.gather(*waiting) == [THING] * 5
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert source.reads == 2, "the first one's, and one for all others"


async def test_one_who_stops_waiting_disturbs_nobody(cache: ReadThroughCache) -> None:
    source, go_on = CountedRead(THING), asyncio.Event()
    reading = asyncio.create_task(cache.fetch(Keepsake, ID, source.waiting_for(go_on.wait())))
    await settled()
    impatient, patient = (asyncio.create_task(cache.fetch(Keepsake, ID, source)) for _ in range(2))
    await settled()

    impatient.cancel()
    await settled()
    go_on.set()

    assert impatient.cancelled()
    assert await asyncio.gather(reading, patient) == [THING, THING]
    assert source.reads == 1


async def failing(error: Exception, go_on: Awaitable[object]) -> Keepsake | None:
    await go_on
    raise error


async def test_an_outage_of_the_source_is_told_to_all_who_wait_and_not_kept(cache: ReadThroughCache) -> None:
    source, go_on = CountedRead(THING), asyncio.Event()
    reading = asyncio.create_task(cache.fetch(Keepsake, ID, lambda: failing(Unavailable("ledger"), go_on.wait())))
    await settled()
    waiting = [asyncio.create_task(cache.fetch(Keepsake, ID, source)) for _ in range(3)]
    await settled()
    go_on.set()

    outcomes = await asyncio.gather(reading, *waiting, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 4
    assert source.reads == 0
    assert await cache.fetch(Keepsake, ID, source) == THING
    assert await cache.fetch(Keepsake, ID, source) == THING
    assert source.reads == 1


async def test_a_mistake_of_the_one_who_reads_is_its_own(cache: ReadThroughCache) -> None:
    source, go_on = CountedRead(THING), asyncio.Event()
    reading = asyncio.create_task(cache.fetch(Keepsake, ID, lambda: failing(LookupError("mine"), go_on.wait())))
    await settled()
    waiting = asyncio.create_task(cache.fetch(Keepsake, ID, source))
    await settled()
    go_on.set()

    assert await waiting == THING
    with pytest.raises(LookupError):
        await reading


async def test_a_reader_that_is_slower_than_a_write_does_not_put_the_old_value_back(cache: ReadThroughCache) -> None:
    source, go_on = CountedRead(THING), asyncio.Event()
    slow = asyncio.create_task(cache.fetch(Keepsake, ID, source.waiting_for(go_on.wait())))
    await settled()
    source.value = NEWER
    await cache.forget(Keepsake, ID)

    assert await cache.fetch(Keepsake, ID, source) == NEWER, "nor is it waited for"
    go_on.set()
    assert await slow == THING
    assert await cache.fetch(Keepsake, ID, source) == NEWER
    assert source.reads == 2


def test_a_shape_that_has_changed_has_other_names_and_the_same_one_the_same() -> None:
    def shape(*fields: tuple[str, type]) -> Shape[object]:
        return Shape(cast("type[object]", make_dataclass("Keepsake", fields, module="things")))

    before = shape(("id", UUID), ("word", str)).key(ID)

    assert before == shape(("id", UUID), ("word", str)).key(ID)
    assert before != shape(("id", UUID), ("word", str), ("more", str)).key(ID)
    assert before != shape(("id", UUID), ("word", bytes)).key(ID)
    assert before != shape(("id", UUID), ("term", str)).key(ID)
    assert before.startswith("{{ package }}:Keepsake:")
    assert before.endswith(f":{ID}")


UNREADABLE = {
    "nothing": b"",
    "another kind": b"\xff",
    "no members": b"\x80",
    "no document": b"not a thing",
    "not UTF-8": b"\x82\xa2id\xd9\x24" + str(ID).encode() + b"\xa4word\xa1\xff",
    "nested without end": b"\x81\xa4more" + b"\x91" * 100_000,
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_cannot_be_read_is_replaced(clock: Clock, content: bytes) -> None:
    store, source = MemoryStore(clock), CountedRead(THING)
    cache = ReadThroughCache(GuardedStore(store), TTL)
    name, mark = Shape(Keepsake).key(ID), RESERVED + b"1"
    await store.reserve(name, mark)
    await store.fill(name, mark, content, TTL)

    assert await cache.fetch(Keepsake, ID, source) == THING
    assert await cache.fetch(Keepsake, ID, source) == THING
    assert source.reads == 1


async def test_memory_is_bounded_and_what_is_asked_for_stays(clock: Clock) -> None:
    cache, source = ReadThroughCache(GuardedStore(MemoryStore(clock, entries=3)), TTL), CountedRead(THING)

    for number in range(10):
        await cache.fetch(Keepsake, "often", source)
        await cache.fetch(Keepsake, str(number), source)

    assert source.reads == 11
    await cache.fetch(Keepsake, "0", source)
    assert source.reads == 12

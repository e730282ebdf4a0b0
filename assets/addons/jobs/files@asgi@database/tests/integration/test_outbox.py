"""Jobs that a transaction asks for: with it or not at all, and whatever is killed in between, at least once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from unittest.mock import patch
from uuid import UUID

import pytest
from dramatiq import Broker
from sqlalchemy import select

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import DatabaseSettings, RedisSettings
from {{ package }}.infrastructure.db.models import OutboxMessageRow
from {{ package }}.infrastructure.db.outbox import BATCH, CLAIM, LATE, Outbox
from {{ package }}.infrastructure.db.session import Database, open_database
from {{ package }}.infrastructure.jobs.queue import DramatiqQueue
from {{ package }}.infrastructure.jobs.relay import PAUSE, Relay
from {{ package }}.infrastructure.jobs.system import JobSystem, open_jobs
from {{ package }}.workers.pool import open_pool
from {{ package }}.workers.work import Work
from tests.fixtures.jobs import CREATED, NOON, Noted, impatient, nowhere, until_noted
from tests.fixtures.tcp_proxy import TcpProxy

ALL = select(OutboxMessageRow.id)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Bench:
    """An outbox, what stands on both sides of it, and whoever does what comes through."""

    database: Database
    queue: DramatiqQueue
    work: Work
    noted: Noted
    broker: Broker
    clock: Clock

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.database, self.clock)

    @property
    def relay(self) -> Relay:
        return Relay(self.outbox, self.queue)

    async def ask(self, times: int = 1) -> None:
        async with self.database.transaction():
            for _ in range(times):
                await self.outbox.enqueue(CREATED)

    async def waiting(self) -> list[UUID]:
        async with self.database.transaction(read_only=True):
            return list(await self.database.session.scalars(ALL))

    @asynccontextmanager
    async def doing(self) -> AsyncGenerator[None]:
        """Have jobs done that come through."""
        async with open_pool(self.broker, self.work, impatient()):
            yield


@pytest.fixture
def bench(database: Database, in_process: JobSystem, work: Work, noted: Noted) -> Bench:
    return Bench(database, in_process.queue, work, noted, in_process.broker, Clock())


async def test_what_a_transaction_asks_for_is_done_after_its_commit(bench: Bench) -> None:
    async with bench.doing():
        async with bench.database.transaction():
            await bench.outbox.enqueue(CREATED)
        (job_id,) = await bench.waiting()
        assert await bench.relay.step() == PAUSE
        await until_noted(bench.noted, 1)

    assert list(bench.noted.entries) == [job_id]
    assert await bench.waiting() == []


async def test_what_is_rolled_back_was_never_asked_for(bench: Bench) -> None:
    with suppress(ZeroDivisionError):
        async with bench.database.transaction():
            await bench.outbox.enqueue(CREATED)
            _ = 1 // 0

    assert await bench.waiting() == []


async def test_jobs_are_relayed_in_the_order_in_which_they_were_asked_for(bench: Bench) -> None:
    expected: list[UUID] = []
    for _ in range(5):
        bench.clock.now -= timedelta(milliseconds=1)
        await bench.ask()
        expected = [*set(await bench.waiting()).difference(expected), *expected]
    bench.clock.now += timedelta(seconds=1)

    assert [envelope.id for envelope in await bench.outbox.claim()] == expected


async def test_a_full_batch_is_followed_by_the_next_at_once(bench: Bench) -> None:
    await bench.ask(BATCH + 1)

    async with bench.doing():
        assert await bench.relay.step() == 0.0
        assert len(await bench.waiting()) == 1
        assert await bench.relay.step() == PAUSE
        await until_noted(bench.noted, BATCH + 1)


async def test_while_the_queue_is_away_everything_is_kept(bench: Bench) -> None:
    await bench.ask(3)
    with nowhere() as url:
        async with open_jobs(impatient(), RedisSettings(url=url, timeout=0.2)) as away:
            with pytest.raises(Unavailable):
                _ = await Relay(bench.outbox, away.queue).step()
    assert len(await bench.waiting()) == 3

    bench.clock.now += CLAIM
    async with bench.doing():
        _ = await bench.relay.step()
        await until_noted(bench.noted, 3)
    assert await bench.waiting() == []


async def test_only_what_the_queue_has_taken_is_removed(bench: Bench) -> None:
    await bench.ask(3)

    with patch.object(bench.queue, bench.queue.send.__name__, return_value=2), pytest.raises(Unavailable):
        _ = await bench.relay.step()

    assert len(await bench.waiting()) == 1


async def test_who_is_killed_before_the_queue_has_it_loses_nothing(bench: Bench) -> None:
    await bench.ask()
    assert len(await bench.outbox.claim()) == 1  # and is not heard of again

    async with bench.doing():
        _ = await bench.relay.step()
        assert len(await bench.waiting()) == 1, "it counts as that of the other for a while"
        bench.clock.now += CLAIM
        _ = await bench.relay.step()
        await until_noted(bench.noted, 1)


async def test_who_is_killed_after_the_queue_has_it_has_it_come_twice_and_done_once(bench: Bench) -> None:
    await bench.ask()

    async with bench.doing():
        assert await bench.queue.send(await bench.outbox.claim(), 1) == 1  # and is not heard of again
        bench.clock.now += CLAIM
        _ = await bench.relay.step()
        await until_noted(bench.noted, 1)

    assert len(bench.noted.entries) == 1
    assert await bench.waiting() == []


async def test_no_two_relays_get_the_same(bench: Bench) -> None:
    await bench.ask(2 * BATCH)

    claimed = await asyncio.gather(*(bench.outbox.claim() for _ in range(4)))

    ids = [envelope.id for batch in claimed for envelope in batch]
    assert len(ids) == len(set(ids)) == 2 * BATCH


async def test_a_relay_does_not_wait_for_another(bench: Bench, database_settings: DatabaseSettings) -> None:
    await bench.ask(2)
    async with open_database(database_settings) as other, other.transaction():
        await other.session.execute(select(OutboxMessageRow.id).limit(1).with_for_update())

        assert len(await bench.outbox.claim()) == 1


async def test_a_database_that_is_away_is_said(proxied: DatabaseSettings, proxy: TcpProxy, in_process: JobSystem) -> None:
    async with open_database(proxied) as away:
        await proxy.refuse()

        with pytest.raises(Unavailable):
            _ = await Relay(Outbox(away), in_process.queue).step()


async def test_readiness_says_that_jobs_are_not_relayed(bench: Bench) -> None:
    assert await bench.outbox.check() == "ok"
    await bench.ask()
    assert await bench.outbox.check() == "ok"

    bench.clock.now += timedelta(seconds=LATE + 1)

    assert await bench.outbox.check() == f"degraded: the oldest waits for {LATE + 1:.0f} s"

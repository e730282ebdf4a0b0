"""What is due at set times."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.jobs import Job, PruneAudit
from {{ package }}.infrastructure.jobs.system import JobSystem
from {{ package }}.infrastructure.jobs.ticks import InProcessTicks
from {{ package }}.workers.schedule import LONGEST_SLEEP, Periodic, Scheduler, Ticks
from tests.fixtures.jobs import Asked

DAILY = (Periodic(PruneAudit(), every=timedelta(days=1), at=timedelta(hours=3)),)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now: datetime = datetime(2026, 1, 31, 2, 59, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Refusing:
    """The port `JobQueue`, once out of order."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.out_of_order: bool = True

    async def enqueue(self, job: Job) -> None:
        if self.out_of_order:
            self.out_of_order = False
            dependency = "job queue"
            raise Unavailable(dependency)
        self.jobs.append(job)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def scheduler(ticks: Ticks, jobs: Asked | Refusing, clock: Clock) -> Scheduler:
    return Scheduler(ticks, jobs, nullcontext, schedule=DAILY, clock=clock)


async def test_what_is_due_is_asked_for_once_when_its_time_has_come(clock: Clock) -> None:
    asked = Asked()
    daily = scheduler(InProcessTicks(), asked, clock)

    assert await daily.step() == 30
    assert asked.jobs == []

    clock.now += timedelta(seconds=30)
    assert await daily.step() == LONGEST_SLEEP
    await daily.step()
    assert asked.jobs == [PruneAudit()]

    clock.now += timedelta(days=1)
    await daily.step()
    assert asked.jobs == [PruneAudit()] * 2


async def test_a_queue_that_does_not_take_it_is_asked_again(clock: Clock) -> None:
    refusing = Refusing()
    daily = scheduler(InProcessTicks(), refusing, clock)
    await daily.step()
    clock.now += timedelta(minutes=1)

    with pytest.raises(Unavailable):
        await daily.step()
    await daily.step()

    assert refusing.jobs == [PruneAudit()]


async def test_of_all_workers_one_asks(on_redis: JobSystem, clock: Clock) -> None:
    asked = Asked()
    workers = [scheduler(on_redis.ticks, asked, clock) for _ in range(3)]

    for worker in workers * 2:
        await worker.step()
    assert asked.jobs == [PruneAudit()]

    clock.now += timedelta(minutes=1)
    for worker in workers:
        await worker.step()
    assert asked.jobs == [PruneAudit()] * 2


async def test_on_redis_a_queue_that_does_not_take_it_is_asked_again(on_redis: JobSystem, clock: Clock) -> None:
    refusing = Refusing()
    with pytest.raises(Unavailable):
        await scheduler(on_redis.ticks, refusing, clock).step()

    await scheduler(on_redis.ticks, refusing, clock).step()

    assert refusing.jobs == [PruneAudit()]

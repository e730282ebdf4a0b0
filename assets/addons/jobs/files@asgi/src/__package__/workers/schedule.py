"""What is due at set times: a job like any other, asked for by one of all workers."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, final

from {{ package }}.domain.jobs import Job, JobQueue, PruneAudit
from {{ package }}.domain.services import utc_now

LONGEST_SLEEP: Final = 60.0
"""How many seconds pass at most before the clock is looked at again: it may have been set."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job for every stretch of time, `at` which offset from midnight UTC, or from the start of an hour, and so on."""

    job: Job
    every: timedelta
    at: timedelta = timedelta(0)

    def tick(self, now: datetime) -> int:
        """Return the number of the stretch that this time lies in."""
        return int((now.timestamp() - self.at.total_seconds()) // self.every.total_seconds())

    def until_next(self, now: datetime) -> float:
        """Return how many seconds are left of it."""
        seconds = self.every.total_seconds()
        return seconds - (now.timestamp() - self.at.total_seconds()) % seconds


SCHEDULE: Final = (Periodic(PruneAudit(), every=timedelta(days=1), at=timedelta(hours=3)),)
"""What a tick missed, because no worker ran, is made up for by the next one: write such jobs so that they can."""


class Ticks(Protocol):
    """Hands out each tick once."""

    async def claim(self, name: str, tick: int, seconds: float) -> bool:
        """Tell whether this tick of `name`, `seconds` long, is the caller's to do."""
        ...

    async def give_back(self, name: str, tick: int) -> None:
        """Have somebody else claim it."""
        ...


@final
class Scheduler:
    """Asks for the jobs that are due."""

    def __init__(
        self,
        ticks: Ticks,
        jobs: JobQueue,
        transaction: Callable[[], AbstractAsyncContextManager[None]],
        *,
        schedule: Sequence[Periodic] = SCHEDULE,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Take who hands out ticks, who takes jobs, and in which transaction."""
        self._ticks = ticks
        self._jobs = jobs
        self._transaction = transaction
        self._schedule = schedule
        self._clock = clock

    async def step(self) -> float:
        """Ask for what is due, and return how many seconds pass until something may be."""
        now = self._clock()
        for periodic in self._schedule:
            await self._ask_for(periodic, now)
        return min(LONGEST_SLEEP, *(periodic.until_next(now) for periodic in self._schedule))

    async def _ask_for(self, periodic: Periodic, now: datetime) -> None:
        name, tick = type(periodic.job).__name__, periodic.tick(now)
        if not await self._ticks.claim(name, tick, periodic.every.total_seconds()):
            return
        try:
            async with self._transaction():
                await self._jobs.enqueue(periodic.job)
        except BaseException:
            await self._ticks.give_back(name, tick)
            raise

"""Jobs in the database. A row is a job that is not done; its columns say when it is due, who holds it, what went wrong.

`due_at` is when a worker may take it: after a delay, a lease or a backoff. `send_at` is when its id is sent to workers,
again if need be. Every time is the database's.
"""

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast, final
from uuid import UUID, uuid4

import msgspec
import psycopg
from sqlalchemy import ColumnElement, delete, func, insert, select, text, update

from {{ package }}.domain.jobs import NO_DELAY, Attempt, Job
from {{ package }}.infrastructure.db.models import QueuedJobRow
from {{ package }}.infrastructure.db.session import Database

IN_FLIGHT: Final = 200
"""How many ids may wait in Redis. The others wait in the database."""
RESEND: Final = timedelta(seconds=20)
"""How long until an id that no worker took is sent again: up to three times as long for an old job."""

_CHANNEL: Final = "queued_jobs"
_NOTIFICATION: Final = func.pg_notify(_CHANNEL, "")
_PERIOD_BEGAN: Final = text("""
    INSERT INTO periodic_jobs (kind, at)
    SELECT CAST(:kind AS varchar), date_bin(CAST(:every AS interval), now(), TIMESTAMPTZ '2001-01-01 00:00:00Z')
    ON CONFLICT (kind) DO UPDATE SET at = excluded.at WHERE periodic_jobs.at < excluded.at
    RETURNING true
""")


@final
@dataclass(frozen=True, slots=True)
class SqlJobQueue:
    """The ports `JobQueue` and `JobStore`."""

    database: Database
    attempts: int
    lease: timedelta

    async def enqueue(self, job: Job, *, delay: timedelta = NO_DELAY) -> UUID:
        job_id = uuid4()
        statement = insert(QueuedJobRow).values(
            id=job_id,
            kind=type(job).__name__,
            payload=msgspec.json.encode(job).decode(),
            attempts=0,
            max_attempts=self.attempts,
            **_due_after(delay),
        )
        await self.database.session.execute(statement.returning(_NOTIFICATION))
        return job_id

    async def claim(self, job_id: UUID) -> Attempt | None:
        """Hold a job, unless it is done, dead, not due, or held by another worker."""
        row = QueuedJobRow
        free = select(row.id).where(row.id == job_id, row.due_at <= func.now(), row.dead_at.is_(None))
        held = update(row).where(row.id.in_(free.with_for_update(skip_locked=True))).values(**_due_after(self.lease))
        # Counted here, so that a job that ends its worker is counted as well.
        counted = held.values(attempts=row.attempts + 1)
        async with self.database.transaction():
            job = await self.database.session.scalar(counted.returning(row))
        return Attempt(job.id, job.kind, job.payload, job.attempts, job.max_attempts) if job else None

    async def renew(self, attempt: Attempt) -> bool:
        """Hold the job for the time of a lease from now on."""
        async with self.database.transaction():
            return await self._change(attempt, **_due_after(self.lease))

    async def finish(self, attempt: Attempt) -> bool:
        """Delete the job in the current transaction."""
        finished = delete(QueuedJobRow).where(*_held(attempt)).returning(QueuedJobRow.id)
        return await self.database.session.scalar(finished) is not None

    async def fail(self, attempt: Attempt, reason: str, delay: timedelta) -> bool:
        """Have the job tried again after the delay."""
        async with self.database.transaction():
            return await self._change(attempt, **_due_after(delay), last_error=reason)

    async def bury(self, attempt: Attempt, reason: str) -> bool:
        """Make the job dead in the current transaction."""
        return await self._change(attempt, dead_at=func.now(), send_at=None, last_error=reason)

    async def _change(self, attempt: Attempt, **values: object) -> bool:
        changed = update(QueuedJobRow).where(*_held(attempt)).values(**values).returning(QueuedJobRow.id)
        return await self.database.session.scalar(changed) is not None

    async def enqueue_periodic(self, job: Job, every: timedelta) -> None:
        """Enqueue the job unless that has been done in the current period."""
        async with self.database.transaction():
            if await self.database.session.scalar(_PERIOD_BEGAN, {"kind": type(job).__name__, "every": every}):
                await self.enqueue(job)

    async def take_unsent(self) -> Sequence[UUID]:
        """Return jobs whose ids should be sent to workers now, and note that they were."""
        row, now = QueuedJobRow, func.now()
        sent = select(func.count()).where(row.due_at <= now, row.send_at > now, row.send_at <= now + 3 * RESEND)
        unsent = select(row.id).where(row.send_at <= now).order_by(row.send_at).with_for_update(skip_locked=True)
        limited = unsent.limit(func.greatest(0, IN_FLIGHT - sent.scalar_subquery()))
        again_at = now + RESEND + func.least(now - row.due_at, 2 * RESEND)
        statement = update(row).where(row.id.in_(limited)).values(send_at=again_at).returning(row.id)
        async with self.database.transaction():
            return (await self.database.session.scalars(statement)).all()

    async def wake_ups(self, seconds: float) -> AsyncGenerator[None]:
        """Yield once, then whenever a job is enqueued, and at least every so many seconds."""
        async with self.database.connect() as connection:
            await connection.execute(text(f"LISTEN {_CHANNEL}"))
            pooled = await connection.get_raw_connection()
            driver = cast("psycopg.AsyncConnection", pooled.driver_connection)
            pooled.detach()  # the pool may be as small as one connection, which jobs need
            try:
                while True:
                    yield
                    async for _ in driver.notifies(timeout=seconds, stop_after=1):
                        pass
            finally:
                await driver.close()

    async def dead(self) -> Sequence[QueuedJobRow]:
        dead = select(QueuedJobRow).where(QueuedJobRow.dead_at.is_not(None)).order_by(QueuedJobRow.dead_at)
        async with self.database.transaction(read_only=True):
            return (await self.database.session.scalars(dead)).all()

    async def requeue(self, ids: Collection[UUID]) -> int:
        """Have dead jobs tried again, as often as a new one: those with these ids, or all. Return how many."""
        row = QueuedJobRow
        dead = update(row).where(row.dead_at.is_not(None))
        chosen = dead.where(row.id.in_(ids)) if ids else dead
        again = chosen.values(dead_at=None, max_attempts=row.attempts + self.attempts, **_due_after(NO_DELAY))
        async with self.database.transaction():
            return len((await self.database.session.execute(again.returning(_NOTIFICATION))).all())


def _due_after(delay: timedelta) -> dict[str, ColumnElement[datetime]]:
    return {"due_at": func.now() + delay, "send_at": func.now() + delay}


def _held(attempt: Attempt) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the job's row while no other worker has taken it over."""
    row = QueuedJobRow
    return row.id == attempt.job_id, row.attempts == attempt.number, row.dead_at.is_(None)

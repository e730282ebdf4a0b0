"""Jobs in the database. A row is a job that is not done; its columns say when it is due, who holds it, what went wrong.

`due_at` is when a worker may take it: after a delay, a lease or a backoff. `send_at` is when its id is sent to workers,
again if need be. Every time is the database's.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final, cast, final
from uuid import UUID, uuid4

import msgspec
import psycopg
from sqlalchemy import ColumnElement, Update, delete, func, insert, literal, select, text, update

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.jobs import NO_DELAY, Attempt, Job
from {{ package }}.infrastructure.db.errors import DEPENDENCY, translated_errors
from {{ package }}.infrastructure.db.models import QueuedJobRow
from {{ package }}.infrastructure.db.session import Database

IN_FLIGHT: Final = 200
"""How many ids may wait in Redis. The others wait in the database, so that few are ever sent again."""
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
class SqlJobQueue:
    """The ports `JobQueue` and `JobStore`."""

    def __init__(self, database: Database, *, attempts: int, lease: timedelta) -> None:
        self._database = database
        self._attempts = attempts
        self.lease = lease

    async def enqueue(self, job: Job, *, delay: timedelta = NO_DELAY) -> UUID:
        job_id, due_at = uuid4(), func.now() + delay
        statement = insert(QueuedJobRow).values(
            id=job_id,
            kind=type(job).__name__,
            payload=msgspec.json.encode(job).decode(),
            attempts=0,
            max_attempts=self._attempts,
            due_at=due_at,
            send_at=due_at,
        )
        await self._database.session.execute(statement.returning(_NOTIFICATION))
        return job_id

    async def claim(self, job_id: UUID) -> Attempt | None:
        row = QueuedJobRow
        free = select(row.id).where(row.id == job_id, row.due_at <= func.now(), row.dead_at.is_(None))
        held = update(row).where(row.id.in_(free.with_for_update(skip_locked=True))).values(**self._due_after(self.lease))
        # Counted here, so that a job that ends its worker is counted as well.
        counted = held.values(attempts=row.attempts + 1)
        async with self._database.transaction():
            job = await self._database.session.scalar(counted.returning(row))
        return Attempt(job.id, job.kind, job.payload, job.attempts, job.max_attempts) if job else None

    async def renew(self, attempt: Attempt) -> None:
        async with self._database.transaction():
            await self._changed(attempt, update(QueuedJobRow).values(**self._due_after(self.lease)))

    async def finish(self, attempt: Attempt) -> bool:
        statement = delete(QueuedJobRow).where(*_held(attempt)).returning(literal(value=True))
        return bool(await self._database.session.scalar(statement))

    async def fail(self, attempt: Attempt, reason: str, delay: timedelta) -> None:
        async with self._database.transaction():
            await self._changed(attempt, update(QueuedJobRow).values(**self._due_after(delay), last_error=reason))

    async def bury(self, attempt: Attempt, reason: str) -> bool:
        dead = update(QueuedJobRow).values(dead_at=func.now(), send_at=None, last_error=reason)
        return await self._changed(attempt, dead)

    async def enqueue_periodic(self, job: Job, every: timedelta) -> None:
        async with self._database.transaction():
            if await self._database.session.scalar(_PERIOD_BEGAN, {"kind": type(job).__name__, "every": every}):
                await self.enqueue(job)

    async def due(self) -> Sequence[UUID]:
        """Return the jobs that a worker may take now."""
        due = select(QueuedJobRow.id).where(QueuedJobRow.due_at <= func.now(), QueuedJobRow.dead_at.is_(None))
        async with self._database.transaction(read_only=True):
            return (await self._database.session.scalars(due.order_by(QueuedJobRow.due_at))).all()

    async def take_unsent(self) -> Sequence[UUID]:
        row, now = QueuedJobRow, func.now()
        sent = select(func.count()).where(row.due_at <= now, row.send_at > now, row.send_at <= now + 3 * RESEND)
        unsent = select(row.id).where(row.send_at <= now).order_by(row.send_at).with_for_update(skip_locked=True)
        limited = unsent.limit(func.greatest(0, IN_FLIGHT - sent.scalar_subquery()))
        again_at = now + RESEND + func.least(now - row.due_at, 2 * RESEND)
        statement = update(row).where(row.id.in_(limited)).values(send_at=again_at).returning(row.id)
        async with self._database.transaction():
            return (await self._database.session.scalars(statement)).all()

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[Callable[[float], Awaitable[None]]]:
        async with self._database.connect() as connection:
            with translated_errors():
                await connection.execute(text(f"LISTEN {_CHANNEL}"))
                pooled = await connection.get_raw_connection()
            driver = cast("psycopg.AsyncConnection", pooled.driver_connection)

            async def wait(seconds: float) -> None:
                try:
                    async for _ in driver.notifies(timeout=seconds, stop_after=1):
                        pass
                except psycopg.Error as error:
                    raise Unavailable(DEPENDENCY, type(error).__name__) from None

            try:
                yield wait
            finally:
                await connection.invalidate()

    async def dead(self) -> Sequence[QueuedJobRow]:
        dead = select(QueuedJobRow).where(QueuedJobRow.dead_at.is_not(None)).order_by(QueuedJobRow.dead_at)
        async with self._database.transaction(read_only=True):
            return (await self._database.session.scalars(dead)).all()

    async def requeue(self, ids: Collection[UUID] | None) -> int:
        """Have dead jobs tried again, as often as a new one: those with these ids, or all. Return how many."""
        row = QueuedJobRow
        dead = update(row).where(row.dead_at.is_not(None))
        chosen = dead if ids is None else dead.where(row.id.in_(ids))
        again = chosen.values(dead_at=None, max_attempts=row.attempts + self._attempts, **self._due_after(NO_DELAY))
        async with self._database.transaction():
            return len((await self._database.session.execute(again.returning(_NOTIFICATION))).all())

    async def _changed(self, attempt: Attempt, statement: Update) -> bool:
        held = statement.where(*_held(attempt)).returning(literal(value=True))
        return bool(await self._database.session.scalar(held))

    def _due_after(self, delay: timedelta) -> dict[str, ColumnElement[datetime]]:
        return {"due_at": func.now() + delay, "send_at": func.now() + delay}


def _held(attempt: Attempt) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the job's row while no other worker has taken it over."""
    row = QueuedJobRow
    return row.id == attempt.job_id, row.attempts == attempt.number, row.dead_at.is_(None)

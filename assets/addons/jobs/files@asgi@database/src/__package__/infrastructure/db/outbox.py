"""Jobs that a transaction has asked for, kept with what else it wrote until a relay has brought them to the queue."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final, final
from sqlalchemy import delete, func, select
from {{ package }}.domain.jobs import Job
from {{ package }}.domain.services import utc_now
from {{ package }}.infrastructure.db.models import OutboxMessageRow
from {{ package }}.infrastructure.db.session import Database
from {{ package }}.infrastructure.jobs.envelope import Envelope, seal

BATCH: Final = 100
"""How many are claimed at once."""

CLAIM: Final = timedelta(seconds=10)
"""How long a claim lasts: then it counts as that of a relay that is gone. What it has relayed comes twice then."""

LATE: Final = 60.0
"""How many seconds one may wait until that is remarkable."""


@final
class Outbox:
    """The port `JobQueue`, in the transaction that is open: without its commit nothing has been asked for."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        """Use this database."""
        self._database = database
        self._clock = clock

    async def enqueue(self, job: Job) -> None:
        """Have it done once the transaction is committed."""
        now = self._clock()
        self._database.session.add(OutboxMessageRow(**asdict(seal(job)), created_at=now, due_at=now))

    async def claim(self) -> Sequence[Envelope]:
        """Return the oldest that nobody else has claimed; for as long as CLAIM they are the caller's."""
        now = self._clock()
        due = (
            select(OutboxMessageRow)
            .where(OutboxMessageRow.due_at <= now)
            .order_by(OutboxMessageRow.created_at, OutboxMessageRow.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)  # no relay waits for another
        )
        async with self._database.transaction():
            rows = (await self._database.session.scalars(due)).all()
            for row in rows:
                row.due_at = now + CLAIM
            return [Envelope(row.id, row.name, row.payload) for row in rows]

    async def forget(self, relayed: Sequence[Envelope]) -> None:
        """Remove what the queue has."""
        ids = [envelope.id for envelope in relayed]
        async with self._database.transaction():
            await self._database.session.execute(delete(OutboxMessageRow).where(OutboxMessageRow.id.in_(ids)))

    async def check(self) -> str:
        """Say whether something waits that should not; the service can do without a relay for a while."""
        async with self._database.transaction(read_only=True):
            oldest = await self._database.session.scalar(select(func.min(OutboxMessageRow.created_at)))
        waits = 0.0 if oldest is None else (self._clock() - oldest).total_seconds()
        return f"degraded: the oldest waits for {waits:.0f} s" if waits > LATE else "ok"

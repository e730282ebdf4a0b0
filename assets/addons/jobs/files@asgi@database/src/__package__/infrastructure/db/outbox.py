"""Jobs that a transaction has asked for, kept with what else it wrote until a relay has brought them to the queue."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final, cast, final
from uuid import UUID
from msgspec import convert
from sqlalchemy import Uuid, bindparam, delete, func, insert, select, update
from {{ package }}.domain.jobs import Job
from {{ package }}.domain.services import utc_now
from {{ package }}.infrastructure.db.models import OutboxMessageRow
from {{ package }}.infrastructure.db.session import Database
from {{ package }}.infrastructure.db.types import UtcDateTime
from {{ package }}.infrastructure.jobs.envelope import Envelope, seal

BATCH: Final = 100
"""How many are claimed at once."""

CLAIM: Final = timedelta(seconds=10)
"""How long a claim lasts: then it counts as that of a relay that is gone. What it has relayed comes twice then."""

LATE: Final = 60.0
"""How many seconds one may wait until that is remarkable."""

_NOW: Final = bindparam("now", type_=UtcDateTime())
_IDS: Final = bindparam("ids", type_=Uuid(), expanding=True)
ADD = insert(OutboxMessageRow)
DUE = (
    select(OutboxMessageRow.id, OutboxMessageRow.name, OutboxMessageRow.payload)
    .where(OutboxMessageRow.due_at <= _NOW)
    .order_by(OutboxMessageRow.created_at, OutboxMessageRow.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True)  # no relay waits for another; on SQLite writers do so anyway
)
CLAIMED = update(OutboxMessageRow).where(OutboxMessageRow.id.in_(_IDS)).values(due_at=bindparam("until", type_=UtcDateTime()))
RELAYED = delete(OutboxMessageRow).where(OutboxMessageRow.id.in_(_IDS))
OLDEST = select(func.min(OutboxMessageRow.created_at, type_=UtcDateTime()).label("oldest"))


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
        await self._database.execute(ADD, {**asdict(seal(job)), "created_at": now, "due_at": now})

    async def claim(self) -> Sequence[Envelope]:
        """Return the oldest that nobody else has claimed; for as long as CLAIM they are the caller's."""
        now = self._clock()
        async with self._database.transaction():
            found = convert(await self._database.rows(DUE, {"now": now}), list[Envelope])
            if found:
                await self._database.execute(CLAIMED, {"ids": _ids(found), "until": now + CLAIM})
        return found

    async def forget(self, relayed: Sequence[Envelope]) -> None:
        """Remove what the queue has."""
        async with self._database.transaction():
            await self._database.execute(RELAYED, {"ids": _ids(relayed)})

    async def check(self) -> str:
        """Say whether something waits that should not; the service can do without a relay for a while."""
        async with self._database.transaction(read_only=True):
            (row,) = await self._database.rows(OLDEST, {})
        oldest = cast("datetime | None", row["oldest"])
        waits = 0.0 if oldest is None else (self._clock() - oldest).total_seconds()
        return f"degraded: the oldest waits for {waits:.0f} s" if waits > LATE else "ok"


def _ids(envelopes: Sequence[Envelope]) -> list[UUID]:
    return [envelope.id for envelope in envelopes]

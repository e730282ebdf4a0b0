"""The audit trail in the database: what makes a job that comes again do nothing."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from {{ package }}.domain.audit import RETENTION, AuditUseCases
from {{ package }}.infrastructure.db.audit import SqlAuditTrail
from {{ package }}.infrastructure.db.models import AuditEntryRow
from {{ package }}.infrastructure.db.session import Database
from {{ package }}.workers.actors import note_created, prune_audit
from {{ package }}.domain.jobs import PruneAudit
from {{ package }}.workers.work import Work
from tests.fixtures.jobs import CREATED, NOON

ALL = select(AuditEntryRow.id)


def on_database(work: Work, database: Database, now: datetime = NOON) -> Work:
    trail = SqlAuditTrail(database)
    return replace(work, audit=AuditUseCases(trail, clock=lambda: now), transaction=database.transaction)


async def entries(database: Database) -> list[UUID]:
    async with database.transaction(read_only=True):
        return list(await database.session.scalars(ALL))


async def test_a_job_that_comes_again_changes_nothing(database: Database, work: Work) -> None:
    job_id = uuid4()
    for _ in range(2):
        await note_created(on_database(work, database), job_id, CREATED)

    assert await entries(database) == [job_id]


async def test_a_job_that_is_done_twice_at_the_same_time_is_done_once(database: Database, work: Work) -> None:
    job_id = uuid4()

    await asyncio.gather(*(note_created(on_database(work, database), job_id, CREATED) for _ in range(4)))

    assert await entries(database) == [job_id]


async def test_what_is_old_enough_goes(database: Database, work: Work) -> None:
    await note_created(on_database(work, database), uuid4(), CREATED)
    later = on_database(work, database, NOON + RETENTION + timedelta(seconds=1))

    await prune_audit(on_database(work, database), uuid4(), PruneAudit())
    assert len(await entries(database)) == 1
    await prune_audit(later, uuid4(), PruneAudit())
    assert await entries(database) == []

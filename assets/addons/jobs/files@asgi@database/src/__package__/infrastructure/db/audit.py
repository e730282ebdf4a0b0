"""The audit trail in the database."""

from dataclasses import asdict
from datetime import datetime
from typing import final

from sqlalchemy import delete

from {{ package }}.domain.audit import AuditEntry
from {{ package }}.infrastructure.db.models import AuditEntryRow
from {{ package }}.infrastructure.db.session import Database


@final
class SqlAuditTrail:
    """The port `AuditTrail`, on SQLAlchemy."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: AuditEntry) -> bool:
        """Keep it unless there is one with its id. Two that add the same at the same time wait for each other."""
        return await self._database.insert_once(AuditEntryRow(**asdict(entry)))

    async def prune(self, before: datetime) -> int:
        old = delete(AuditEntryRow).where(AuditEntryRow.noted_at < before).returning(AuditEntryRow.id)
        return len((await self._database.session.scalars(old)).all())

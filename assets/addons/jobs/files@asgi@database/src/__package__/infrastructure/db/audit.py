"""The audit trail in the database."""

from dataclasses import asdict
from datetime import datetime
from typing import final

from sqlalchemy import bindparam, delete, insert

from {{ package }}.domain.audit import AuditEntry
from {{ package }}.infrastructure.db.errors import ConstraintError
from {{ package }}.infrastructure.db.models import AuditEntryRow
from {{ package }}.infrastructure.db.session import Database
from {{ package }}.infrastructure.db.types import UtcDateTime

ADD = insert(AuditEntryRow)
PRUNE = delete(AuditEntryRow).where(AuditEntryRow.noted_at < bindparam("before", type_=UtcDateTime()))


@final
class SqlAuditTrail:
    """The port `AuditTrail`, on SQL. An entry that is there already ends the transaction without a trace."""

    def __init__(self, database: Database) -> None:
        """Use the transaction that is open on this database."""
        self._database = database

    async def add(self, entry: AuditEntry) -> bool:
        """Keep it unless there is one with its id; who adds the same at the same time waits for the other's end."""
        try:
            await self._database.execute(ADD, asdict(entry))
        except ConstraintError as error:
            if not error.is_duplicate:
                raise
            return False
        return True

    async def prune(self, before: datetime) -> int:
        """Remove those that were noted before then."""
        return await self._database.execute(PRUNE, {"before": before})

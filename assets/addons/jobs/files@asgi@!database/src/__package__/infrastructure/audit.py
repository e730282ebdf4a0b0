"""Keeps the audit trail in memory: of this process alone, and gone when it ends."""

from collections import OrderedDict
from datetime import datetime
from typing import Final, final
from uuid import UUID

from {{ package }}.domain.audit import AuditEntry

ENTRIES: Final = 10_000
"""How many it keeps; beyond them the oldest goes."""


@final
class InMemoryAuditTrail:
    """The port `AuditTrail`. A job that comes again in another process is noted there once more."""

    def __init__(self, entries: int = ENTRIES) -> None:
        """Take the bound."""
        self._bound = entries
        self._by_id: OrderedDict[UUID, AuditEntry] = OrderedDict()

    async def add(self, entry: AuditEntry) -> bool:
        """Keep it unless there is one with its id."""
        if entry.id in self._by_id:
            return False
        self._by_id[entry.id] = entry
        if len(self._by_id) > self._bound:
            self._by_id.popitem(last=False)
        return True

    async def prune(self, before: datetime) -> int:
        """Remove those that were noted before then."""
        old = [entry.id for entry in self._by_id.values() if entry.noted_at < before]
        for entry_id in old:
            del self._by_id[entry_id]
        return len(old)

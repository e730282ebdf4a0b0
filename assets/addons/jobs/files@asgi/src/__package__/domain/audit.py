"""What has happened to {{ nouns_words }}, noted by jobs: nobody who writes has to wait for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID
from {{ package }}.domain.jobs import {{ Noun }}Created
from {{ package }}.domain.services import utc_now

RETENTION: Final = timedelta(days=90)
"""How long entries are kept: longer than a job can come again, or it would be noted twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Something that happened to `subject`; `id` is that of the job that noted it. Times are in UTC."""

    id: UUID
    subject: UUID
    action: str
    happened_at: datetime
    noted_at: datetime


class AuditTrail(Protocol):
    """Where entries are kept."""

    async def add(self, entry: AuditEntry) -> bool:
        """Keep it; False if there is one with its id: this job has been done before."""
        ...

    async def prune(self, before: datetime) -> int:
        """Remove those that were noted before then, and count them."""
        ...


@dataclass(frozen=True, slots=True)
class AuditUseCases:
    """What jobs do about the audit trail."""

    trail: AuditTrail
    clock: Callable[[], datetime] = utc_now

    async def note_created(self, job_id: UUID, created: {{ Noun }}Created) -> bool:
        """Note that there is one more; False if this job has done so before."""
        entry = AuditEntry(
            id=job_id,
            subject=created.{{ noun }}_id,
            action="created",
            happened_at=created.at,
            noted_at=self.clock(),
        )
        return await self.trail.add(entry)

    async def prune(self) -> int:
        """Remove what is older than RETENTION, and count it."""
        return await self.trail.prune(self.clock() - RETENTION)

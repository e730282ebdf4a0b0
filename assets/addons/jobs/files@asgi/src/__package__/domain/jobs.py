"""Work that happens later: what there is to do, and how a use case asks for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class {{ Noun }}Created:
    """{{ A_noun }} has been kept; `at` is in UTC."""

    {{ noun }}_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PruneAudit:
    """What the audit trail need not hold any longer can go."""


type Job = {{ Noun }}Created | PruneAudit
"""What there is to do. A job that waits outlives a release: a new field needs a default."""


class JobQueue(Protocol):
    """Takes jobs. Each is done at least once: it may come twice, and after another that was asked for later."""

    async def enqueue(self, job: Job) -> None:
        """Have it done, or raise Unavailable when nobody takes it."""
        ...

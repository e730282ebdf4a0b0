from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists
from {{ package }}.domain.models import {{ Noun }}, Position
from {{ package }}.domain.result import Err, Ok, Result


class InMemory{{ Nouns }}:
    """Keeps {{ nouns_words }} for as long as the process lives."""

    def __init__(self) -> None:
        self._by_id: dict[UUID, {{ Noun }}] = {}

    async def add(self, {{ noun }}: {{ Noun }}) -> Result[None, {{ Noun }}AlreadyExists]:
        """Keep one more."""
        if {{ noun }}.id in self._by_id:
            return Err({{ Noun }}AlreadyExists({{ noun }}.id))
        self._by_id[{{ noun }}.id] = {{ noun }}
        return Ok(None)

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        """Return the one with this id, if there is one."""
        return self._by_id.get({{ noun }}_id)

    async def page(self, limit: int, after: Position | None) -> Sequence[{{ Noun }}]:
        """Return at most `limit`, newest first, those after a position only."""
        newest_first = sorted(self._by_id.values(), key=_place, reverse=True)
        if after is not None:
            newest_first = [entry for entry in newest_first if _place(entry) < (after.created_at, after.id)]
        return newest_first[:limit]


def _place(entry: {{ Noun }}) -> tuple[datetime, UUID]:
    return entry.created_at, entry.id

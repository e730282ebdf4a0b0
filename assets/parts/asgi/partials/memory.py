from collections.abc import Sequence
from uuid import UUID
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists
from {{ package }}.domain.models import {{ Noun }}, PagePosition
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

    async def page(self, limit: int, after: PagePosition | None) -> Sequence[{{ Noun }}]:
        """Return at most `limit`, newest first, those after a position only."""
        newest_first = sorted(self._by_id.values(), key=_place, reverse=True)
        return [entry for entry in newest_first if after is None or _place(entry) < after][:limit]


def _place(entry: {{ Noun }}) -> PagePosition:
    return PagePosition(entry.created_at, entry.id)

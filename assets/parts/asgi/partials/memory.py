from collections.abc import Sequence
from uuid import UUID
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists
from {{ package }}.domain.models import {{ Noun }}, PagePosition
from {{ package }}.domain.result import Err, Ok, Result


class InMemory{{ Nouns }}:
    def __init__(self) -> None:
        self._by_id: dict[UUID, {{ Noun }}] = {}

    async def add(self, {{ noun }}: {{ Noun }}) -> Result[None, {{ Noun }}AlreadyExists]:
        if {{ noun }}.id in self._by_id:
            return Err({{ Noun }}AlreadyExists({{ noun }}.id))
        self._by_id[{{ noun }}.id] = {{ noun }}
        return Ok(None)

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        return self._by_id.get({{ noun }}_id)

    async def page(self, limit: int, after: PagePosition | None) -> Sequence[{{ Noun }}]:
        newest_first = sorted(self._by_id.values(), key=_position, reverse=True)
        return [item for item in newest_first if after is None or _position(item) < after][:limit]


def _position(item: {{ Noun }}) -> PagePosition:
    return PagePosition(item.created_at, item.id)

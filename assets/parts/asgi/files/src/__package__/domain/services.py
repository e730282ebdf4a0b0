"""The use cases, and the ports that they need. Their signatures say everything that can go wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists, {{ Noun }}NotFound
from {{ package }}.domain.models import New{{ Noun }}, {{ Noun }}, PagePosition, Paginated
from {{ package }}.domain.result import Err, Ok, Result
{{ slot("use_cases.imports") }}


class {{ Nouns }}(Protocol):
    """The port to where {{ nouns_words }} are stored."""

    async def add(self, {{ noun }}: {{ Noun }}) -> Result[None, {{ Noun }}AlreadyExists]:
        ...

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        ...

    async def page(self, limit: int, after: PagePosition | None) -> Sequence[{{ Noun }}]:
        """Return at most `limit` items that come after a position, newest first."""
        ...


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class {{ Noun }}Service:
    {{ nouns }}: {{ Nouns }}
    {{ slot("use_cases.ports") }}
    clock: Callable[[], datetime] = utc_now
    new_id: Callable[[], UUID] = uuid4

    async def create(self, new: New{{ Noun }}) -> Result[{{ Noun }}, {{ Noun }}AlreadyExists]:
        {{ noun }} = {{ Noun }}(id=self.new_id(), created_at=self.clock(){% for field in resource.fields %}, {{ field.name }}=new.{{ field.name }}{% endfor %})
        kept = await self.{{ nouns }}.add({{ noun }})
        return kept if isinstance(kept, Err) else Ok({{ noun }})

    async def get(self, {{ noun }}_id: UUID) -> Result[{{ Noun }}, {{ Noun }}NotFound]:
        found = await self.{{ nouns }}.get({{ noun }}_id)
        return Err({{ Noun }}NotFound({{ noun }}_id)) if found is None else Ok(found)

    async def list(self, *, limit: int, after: PagePosition | None = None) -> Paginated[{{ Noun }}]:
        found = await self.{{ nouns }}.page(limit + 1, after)
        items = tuple(found[:limit])
        last = PagePosition(items[-1].created_at, items[-1].id) if len(found) > limit else None
        return Paginated(items, last)
{% if slot("use_cases.methods") %}

    {{ slot("use_cases.methods") }}
{% endif %}

"""The use cases, and what they need from the outside. Everything that can go wrong stands in their signatures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists, {{ Noun }}NotFound
from {{ package }}.domain.models import New{{ Noun }}, {{ Noun }}, Page, PagePosition
from {{ package }}.domain.result import Err, Ok, Result
{{ slot("use_cases.imports") }}


class {{ Nouns }}(Protocol):
    """Where {{ nouns_words }} are kept."""

    async def add(self, {{ noun }}: {{ Noun }}) -> Result[None, {{ Noun }}AlreadyExists]:
        """Keep one more."""
        ...

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        """Return the one with this id, if there is one."""
        ...

    async def page(self, limit: int, after: PagePosition | None) -> Sequence[{{ Noun }}]:
        """Return at most `limit`, newest first, those after a position only."""
        ...


def utc_now() -> datetime:
    """Return the time of day, aware of its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class {{ Noun }}Service:
    """What can be done with {{ nouns_words }}."""

    {{ nouns }}: {{ Nouns }}
    {{ slot("use_cases.ports") }}
    clock: Callable[[], datetime] = utc_now
    new_id: Callable[[], UUID] = uuid4

    async def create(self, new: New{{ Noun }}) -> Result[{{ Noun }}, {{ Noun }}AlreadyExists]:
        """Keep a new {{ noun_words }}."""
        {{ noun }} = {{ Noun }}(id=self.new_id(), created_at=self.clock(){% for field in resource.fields %}, {{ field.name }}=new.{{ field.name }}{% endfor %})
        kept = await self.{{ nouns }}.add({{ noun }})
{% if slot("use_cases.created") %}
        if isinstance(kept, Err):
            return kept
        {{ slot("use_cases.created") }}
        return Ok({{ noun }})
{% else %}
        return kept if isinstance(kept, Err) else Ok({{ noun }})
{% endif %}

    async def get(self, {{ noun }}_id: UUID) -> Result[{{ Noun }}, {{ Noun }}NotFound]:
        """Find one."""
        found = await self.{{ nouns }}.get({{ noun }}_id)
        return Err({{ Noun }}NotFound({{ noun }}_id)) if found is None else Ok(found)

    async def list(self, *, limit: int, after: PagePosition | None = None) -> Page[{{ Noun }}]:
        """Return a page of them, newest first."""
        found = await self.{{ nouns }}.page(limit + 1, after)
        items = tuple(found[:limit])
        last = PagePosition(items[-1].created_at, items[-1].id) if len(found) > limit else None
        return Page(items, last)

"""The use cases. Everything that can go wrong stands in their signatures."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

from {{ package }}.domain.errors import {{ Noun }}AlreadyExists, {{ Noun }}NotFound
from {{ package }}.domain.models import New{{ Noun }}, {{ Noun }}, Page, Position
from {{ package }}.domain.ports import {{ Nouns }}
from {{ package }}.domain.result import Err, Ok, Result


def utc_now() -> datetime:
    """Return the time of day, aware of its zone."""
    return datetime.now(UTC)


class {{ Noun }}Service:
    """What can be done with {{ nouns_words }}."""

    def __init__(
        self,
        {{ nouns }}: {{ Nouns }},
        *,
        clock: Callable[[], datetime] = utc_now,
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self._{{ nouns }}: {{ Nouns }} = {{ nouns }}
        self._clock: Callable[[], datetime] = clock
        self._new_id: Callable[[], UUID] = new_id

    async def create(self, new: New{{ Noun }}) -> Result[{{ Noun }}, {{ Noun }}AlreadyExists]:
        """Keep a new {{ noun_words }}."""
        {{ noun }} = {{ Noun }}(
            id=self._new_id(),
            created_at=self._clock(),
{% for field in resource.fields %}
            {{ field.name }}=new.{{ field.name }},
{% endfor %}
        )
        match await self._{{ nouns }}.add({{ noun }}):
            case Ok():
                return Ok({{ noun }})
            case Err(error):
                return Err(error)

    async def get(self, {{ noun }}_id: UUID) -> Result[{{ Noun }}, {{ Noun }}NotFound]:
        """Find one."""
        {{ noun }} = await self._{{ nouns }}.get({{ noun }}_id)
        if {{ noun }} is None:
            return Err({{ Noun }}NotFound({{ noun }}_id))
        return Ok({{ noun }})

    async def list(self, *, limit: int, after: Position | None = None) -> Page[{{ Noun }}]:
        """Return a page of them, newest first."""
        found = await self._{{ nouns }}.page(limit + 1, after)
        items = tuple(found[:limit])
        last = Position(items[-1].created_at, items[-1].id) if len(found) > limit else None
        return Page(items, last)

"""What the domain needs from the outside, in its own words."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from {{ package }}.domain.errors import {{ Noun }}AlreadyExists
from {{ package }}.domain.models import {{ Noun }}, Position
from {{ package }}.domain.result import Result


class {{ Nouns }}(Protocol):
    """Where {{ nouns_words }} are kept."""

    async def add(self, {{ noun }}: {{ Noun }}) -> Result[None, {{ Noun }}AlreadyExists]:
        """Keep one more."""
        ...

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        """Return the one with this id, if there is one."""
        ...

    async def page(self, limit: int, after: Position | None) -> Sequence[{{ Noun }}]:
        """Return at most `limit`, newest first, those after a position only."""
        ...

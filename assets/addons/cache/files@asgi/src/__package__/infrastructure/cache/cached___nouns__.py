"""{{ Nouns_words }} from the cache; whatever stands behind it, and whoever asks, does not notice."""

from collections.abc import Sequence
from typing import final
from uuid import UUID
from {{ package }}.domain.cache import ReadCache
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists
from {{ package }}.domain.models import {{ Noun }}, PagePosition
from {{ package }}.domain.result import Result
from {{ package }}.domain.services import {{ Nouns }}


@final
class Cached{{ Nouns }}:
    """The port `{{ Nouns }}` around another one. A listing changes with every write, so it is not kept."""

    def __init__(self, inner: {{ Nouns }}, cache: ReadCache) -> None:
        """Take what is read from when nothing is kept, and written to."""
        self._inner = inner
        self._cache = cache

    async def add(
        self,
        {{ noun }}: {{ Noun }},
    ) -> Result[None, {{ Noun }}AlreadyExists]:
        """Keep one more; as every write, it has the cache forget, whichever way it ends."""
        try:
            return await self._inner.add({{ noun }})
        finally:
            await self._cache.forget({{ Noun }}, {{ noun }}.id)

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        """Return the one with this id, as it was read not long ago."""
        return await self._cache.fetch(
            {{ Noun }},
            {{ noun }}_id,
            lambda: self._inner.get({{ noun }}_id),
        )

    async def page(self, limit: int, after: PagePosition | None) -> Sequence[{{ Noun }}]:
        """Return at most `limit`, newest first, those after a position only."""
        return await self._inner.page(limit, after)

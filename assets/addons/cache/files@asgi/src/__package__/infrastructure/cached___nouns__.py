"""The adapter that puts the cache before the one that stores {{ nouns_words }}."""

from collections.abc import Sequence
from typing import final
from uuid import UUID
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists
from {{ package }}.domain.models import {{ Noun }}, PagePosition
from {{ package }}.domain.result import Result
from {{ package }}.domain.{{ service_module }} import {{ Nouns }}
from {{ package }}.infrastructure.cache import ReadThroughCache
{{ slot("cached.imports") }}


@final
class Cached{{ Nouns }}:
    """A method that writes deletes the entry. Pages change with every write, so they are not cached."""

    def __init__(self, inner: {{ Nouns }}, cache: ReadThroughCache, {{ slot("cached.parameters") }}) -> None:
        self._inner = inner
        self._cache = cache
        {{ slot("cached.init") }}

    async def add(self, {{ noun }}: {{ Noun }}) -> Result[None, {{ Noun }}AlreadyExists]:
        result = await self._inner.add({{ noun }})
        {{ slot("cached.delete", "await self._cache.delete(" ~ Noun ~ ", " ~ noun ~ ".id)") }}
        return result

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        {{ slot("cached.get") }}
        return await self._cache.fetch({{ Noun }}, {{ noun }}_id, lambda: self._inner.get({{ noun }}_id))

    async def page(self, limit: int, after: PagePosition | None) -> Sequence[{{ Noun }}]:
        return await self._inner.page(limit, after)

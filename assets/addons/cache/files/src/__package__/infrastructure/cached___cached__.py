"""The adapter that puts the cache before the one that stores {{ nouns_words }}."""

from collections.abc import Sequence
from datetime import date
from typing import final
from uuid import UUID
from {{ package }}.domain.errors import NotFound, NotUnique, StillReferenced, UnknownReference, VersionMismatch
from {{ package }}.domain.models import {{ Noun }}, PagePosition
{% for field in filters if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
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

    async def add(self, {{ noun }}: {{ Noun }}) -> {{ result("None", add_errors) }}:
        {{ "result = " if add_errors }}await self._inner.add({{ noun }})
        {{ slot("cached.delete", "self._cache.delete(" ~ Noun ~ ", " ~ noun ~ ".id)") }}
{% if add_errors %}
        return result
{% endif %}

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        {{ slot("cached.get") }}
        return await self._cache.fetch({{ Noun }}, {{ noun }}_id, lambda: self._inner.get({{ noun }}_id))
{% if can_list %}

    async def page(self, {{ partial("page_parameters") }}) -> Sequence[{{ Noun }}]:
        return await self._inner.page(limit, after{% if parent %}, {{ parent.field }}{% endif %}{% for field in filters %}, {{ field.name }}={{ field.name }}{% endfor %})
{% endif %}
{% if can_update %}

    async def update(self, {{ noun }}: {{ Noun }}) -> {{ result("None", update_errors) }}:
        result = await self._inner.update({{ noun }})
        {{ slot("cached.delete", "self._cache.delete(" ~ Noun ~ ", " ~ noun ~ ".id)") }}
        return result
{% endif %}
{% if can_delete %}

    async def delete(self, {{ noun }}_id: UUID) -> {{ result("None", delete_errors) }}:
        result = await self._inner.delete({{ noun }}_id)
        {{ slot("cached.delete", "self._cache.delete(" ~ Noun ~ ", " ~ noun ~ "_id)") }}
        return result
{% endif %}

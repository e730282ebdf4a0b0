"""The values of the domain."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
{% for field in resource.fields %}
{% for line in types[field.type].imports %}
{{ line }}
{% endfor %}
{% endfor %}


@dataclass(frozen=True, slots=True, kw_only=True)
class New{{ Noun }}:
    """The fields of {{ a_noun }} that a client sends."""

{% for field in resource.fields | sort(attribute="optional") %}
    {{ field.name }}: {{ types[field.type].python }}{{ " | None = None" if field.optional }}
{% endfor %}


@dataclass(frozen=True, slots=True, kw_only=True)
class {{ Noun }}(New{{ Noun }}):
    """`created_at` is in UTC."""

    id: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class PagePosition:
    """The position of an item in a listing, newest first."""

    created_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Paginated[T]:
    """One page of a listing. The next page starts after `next`, which is None on the last page."""

    items: tuple[T, ...]
    next: PagePosition | None

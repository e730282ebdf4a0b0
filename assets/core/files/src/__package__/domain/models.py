"""What the service is about."""

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
    """What a caller decides about {{ a_noun }}."""

{% for field in resource.fields | sort(attribute="optional") %}
    {{ field.name }}: {{ types[field.type].python }}{{ " | None = None" if field.optional }}
{% endfor %}


@dataclass(frozen=True, slots=True, kw_only=True)
class {{ Noun }}(New{{ Noun }}):
    """{{ A_noun }} as the service keeps it; `created_at` is in UTC."""

    id: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class PagePosition:
    """A place in a listing: that of the last entry a reader has seen."""

    created_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Page[T]:
    """A stretch of a listing, newest first; `next` is where the following one starts, None at the end."""

    items: tuple[T, ...]
    next: PagePosition | None

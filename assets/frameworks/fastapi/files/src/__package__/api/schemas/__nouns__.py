"""{{ Nouns_words }} on the wire."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID
from pydantic import BaseModel
from {{ package }}.api.schemas.paging import encode_cursor
from {{ package }}.domain.models import New{{ Noun }}, {{ Noun }}, PageOf
{% for field in resource.fields %}
{% if types[field.type].dto != "UUID" %}
from {{ package }}.api.schemas.scalars import {{ types[field.type].dto }}
{% endif %}
{% for line in types[field.type].imports %}
{{ line }}
{% endfor %}
{% endfor %}


class {{ Noun }}In(BaseModel, extra="forbid"):
    """What is sent to create {{ a_noun }}."""

{% for field in resource.fields %}
    {{ field.name }}: {{ types[field.type].dto }}{{ " | None = None" if field.optional }}
{% endfor %}

    def to_domain(self) -> New{{ Noun }}:
        """Leave the wire behind."""
        return New{{ Noun }}({% for field in resource.fields %}{{ field.name }}=self.{{ field.name }}{{ ", " if not loop.last }}{% endfor %})


@dataclass(frozen=True, slots=True)
class {{ Noun }}Out:
    """{{ A_noun }} as it is answered."""

    id: UUID
    created_at: datetime
{% for field in resource.fields %}
    {{ field.name }}: {{ types[field.type].python }}{{ " | None" if field.optional }}
{% endfor %}

    @classmethod
    def of(cls, {{ noun }}: {{ Noun }}) -> Self:
        """Put one on the wire."""
        return cls(id={{ noun }}.id, created_at={{ noun }}.created_at{% for field in resource.fields %}, {{ field.name }}={{ noun }}.{{ field.name }}{% endfor %})


@dataclass(frozen=True, slots=True)
class {{ Noun }}PageOut:
    """A page of them, newest first; no `next_cursor` means that this is the last."""

    items: list[{{ Noun }}Out]
    next_cursor: str | None

    @classmethod
    def of(cls, page: PageOf[{{ Noun }}]) -> Self:
        """Put a page on the wire."""
        items = [{{ Noun }}Out.of(entry) for entry in page.items]
        return cls(items, encode_cursor(page.next) if page.next else None)

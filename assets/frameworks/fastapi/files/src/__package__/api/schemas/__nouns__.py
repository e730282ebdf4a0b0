from datetime import datetime
from typing import Self
from uuid import UUID
from pydantic import BaseModel
from {{ package }}.api.schemas.paging import encode_cursor
from {{ package }}.domain.models import New{{ Noun }}, {{ Noun }}, Paginated
{% for field in resource.fields %}
{% if types[field.type].dto != "UUID" %}
from {{ package }}.api.schemas.scalars import {{ types[field.type].dto }}
{% endif %}
{% for line in types[field.type].imports %}
{{ line }}
{% endfor %}
{% endfor %}


class {{ Noun }}In(BaseModel, extra="forbid"):
{% for field in resource.fields %}
    {{ field.name }}: {{ types[field.type].dto }}{{ " | None = None" if field.optional }}
{% endfor %}

    def to_domain(self) -> New{{ Noun }}:
        return New{{ Noun }}({% for field in resource.fields %}{{ field.name }}=self.{{ field.name }}{{ ", " if not loop.last }}{% endfor %})


class {{ Noun }}Out(BaseModel):
    id: UUID
    created_at: datetime
{% for field in resource.fields %}
    {{ field.name }}: {{ types[field.type].python }}{{ " | None" if field.optional }}
{% endfor %}

    @classmethod
    def of(cls, {{ noun }}: {{ Noun }}) -> Self:
        return cls(id={{ noun }}.id, created_at={{ noun }}.created_at{% for field in resource.fields %}, {{ field.name }}={{ noun }}.{{ field.name }}{% endfor %})


class {{ Noun }}PageOut(BaseModel):
    """Newest first. `next_cursor` is null on the last page."""

    items: list[{{ Noun }}Out]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Paginated[{{ Noun }}]) -> Self:
        items = [{{ Noun }}Out.of(item) for item in page.items]
        return cls(items=items, next_cursor=encode_cursor(page.next) if page.next else None)

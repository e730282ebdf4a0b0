from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self, TypedDict
from uuid import UUID
import pydantic
from pydantic import BaseModel, StringConstraints, with_config
from {{ package }}.api.schemas.paging import encode_cursor
from {{ package }}.api.schemas.scalars import (
    NO_NUL, Boolean, DecimalString, Integer, IsoDate, IsoDatetime, LongText, PlainDecimal, ShortText, decimal_reader, decimal_schema
)
from {{ package }}.domain.models import New{{ Noun }}, {{ Noun }}, Paginated
{% for field in fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
{% if can_create %}


class {{ Noun }}In(BaseModel, extra="forbid"):
{% for field in sent_fields %}
    {{ field.name }}: {{ type_of(field, "dto") }}{{ " | None = None" if field.optional }}{{ " = " ~ field.default if field.default is not none }}
{% else %}
    pass
{% endfor %}

    def to_domain(self{% if parent %}, {{ parent.field }}: UUID{% endif %}) -> New{{ Noun }}:
        return New{{ Noun }}({% if parent %}{{ parent.field }}={{ parent.field }}, {% endif %}{% for field in sent_fields %}{{ field.name }}=self.{{ field.name }}{{ ", " if not loop.last }}{% endfor %})
{% endif %}
{% if can_patch %}


@with_config(extra="forbid")
class {{ Noun }}Patch(TypedDict, total=False):
    """What is sent is changed. It is a TypedDict because that has only the fields that were sent."""

{% for field in sent_fields %}
    {{ field.name }}: {{ type_of(field, "dto") }}{{ " | None" if field.optional }}
{% endfor %}
{% endif %}


class {{ Noun }}Out(BaseModel):
    id: UUID
    created_at: datetime
{% if can_update %}
    version: int
{% endif %}
{% for field in fields %}
    {{ field.name }}: {{ type_of(field, "answer") or type_of(field, "python") }}{{ " | None" if field.optional }}
{% endfor %}

    @classmethod
    def of(cls, {{ noun }}: {{ Noun }}) -> Self:
        return cls(id={{ noun }}.id, created_at={{ noun }}.created_at{{ ", version=" ~ noun ~ ".version" if can_update }}{% for field in fields %}, {{ field.name }}={{ noun }}.{{ field.name }}{% endfor %})
{% if can_list %}


class {{ Noun }}PageOut(BaseModel):
    """Newest first. `next_cursor` is null on the last page."""

    items: list[{{ Noun }}Out]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Paginated[{{ Noun }}]) -> Self:
        items = [{{ Noun }}Out.of(item) for item in page.items]
        return cls(items=items, next_cursor=encode_cursor(page.next) if page.next else None)
{% endif %}

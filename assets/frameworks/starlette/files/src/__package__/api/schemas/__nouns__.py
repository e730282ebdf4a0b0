{% macro converted(field, key, value) %}
{% set call = type_of(field, key, value) %}
{{ ("None if " ~ value ~ " is None else ") if field.optional and call }}{{ call or value }}
{%- endmacro %}
{% macro read(field) %}{{ converted(field, "read", "self." ~ field.name) | trim }}{% endmacro %}
{% macro write(field) %}{{ converted(field, "write", noun ~ "." ~ field.name) | trim }}{% endmacro %}
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID
from msgspec import UNSET, Meta, Struct, UnsetType
from {{ package }}.api.schemas.paging import Listing, encode_cursor
from {{ package }}.api.schemas.scalars import NO_NUL, Integer, LongText, ShortText, to_decimal, to_utc
from {{ package }}.domain.models import New{{ Noun }}, {{ Noun }}, {{ Noun }}Changes, Paginated
{% for field in fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
{% if can_create %}


class {{ Noun }}In(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
{% for field in sent_fields %}
    {{ field.name }}: {{ type_of(field, "dto") }}{{ " | None = None" if field.optional }}{% if field.default is not none %} = {{ field.default_json if type_of(field, "dto") == "str" else field.default }}{% endif %}

{% endfor %}

    def to_domain(self{% if parent %}, {{ parent.field }}: UUID{% endif %}) -> New{{ Noun }}:
        return New{{ Noun }}({% if parent %}{{ parent.field }}={{ parent.field }}, {% endif %}{% for field in sent_fields %}{{ field.name }}={{ read(field) }}{{ ", " if not loop.last }}{% endfor %})
{% endif %}
{% if can_update %}


class {{ Noun }}Patch(Struct, frozen=True, forbid_unknown_fields=True):
    """What is sent is changed."""

{% for field in sent_fields %}
    {{ field.name }}: {{ type_of(field, "dto") }} | UnsetType{{ " | None" if field.optional }} = UNSET
{% endfor %}

    def to_domain(self) -> {{ Noun }}Changes:
        changes: {{ Noun }}Changes = {}
{% for field in sent_fields %}
        if self.{{ field.name }} is not UNSET:
            changes["{{ field.name }}"] = {{ read(field) }}
{% endfor %}
        return changes
{% endif %}


class {{ Noun }}Out(Struct, frozen=True):
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
        return cls(id={{ noun }}.id, created_at={{ noun }}.created_at{{ ", version=" ~ noun ~ ".version" if can_update }}{% for field in fields %}, {{ field.name }}={{ write(field) }}{% endfor %})
{% if can_list %}


class {{ Noun }}PageOut(Struct, frozen=True):
    """Newest first. `next_cursor` is null on the last page."""

    items: list[{{ Noun }}Out]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Paginated[{{ Noun }}]) -> Self:
        items = [{{ Noun }}Out.of(item) for item in page.items]
        return cls(items=items, next_cursor=encode_cursor(page.next) if page.next else None)
{% if filters %}


class {{ Noun }}Listing(Listing, frozen=True):
{% for field in filters %}
    {{ field.name }}: {{ type_of(field, "query") }} | UnsetType = UNSET
{% endfor %}
{% endif %}
{% endif %}

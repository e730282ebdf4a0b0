"""The types of fields on the wire, each with its bounds."""
{% set received = resources | sum(attribute="received_fields", start=[]) %}
{% set used = received | map(attribute="type") | list %}
{% set texts = received | selectattr("lengths") | list %}
{% set filters = resources | sum(attribute="filters", start=[]) | map(attribute="type") | list %}
{% set bounded = received | selectattr("type", "equalto", "decimal") | selectattr("bounded") | list %}

import re
from datetime import UTC, datetime
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Annotated
from msgspec import Meta
from {{ package }}.api.errors import invalid_field

{% if texts or "str" in filters %}
NO_NUL = r"^[^\x00]*$"
{% endif %}
{% if texts | selectattr("type", "equalto", "str") | rejectattr("bounded") | list %}
ShortText = Annotated[str, Meta(max_length=200, pattern=NO_NUL)]
{% endif %}
{% if texts | selectattr("type", "equalto", "text") | rejectattr("bounded") | list %}
LongText = Annotated[str, Meta(max_length=10_000, pattern=NO_NUL)]
{% endif %}
{% if received | selectattr("type", "equalto", "int") | rejectattr("bounded") | list %}
Integer = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
{% endif %}
{% if bounded %}
_COMPARISONS = {"gt": (gt, "above"), "ge": (ge, "from"), "lt": (lt, "below"), "le": (le, "up to")}
{% endif %}
{% if "datetime" in used %}
# An offset could move a time out of the years 1 to 9999, which UTC cannot express.
_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
{% endif %}
{% if "decimal" in used %}


def to_decimal(field: str, text: str, whole: int, places: int{{ ", **limits: Decimal | int" if bounded }}) -> Decimal:
    """Read a decimal from a string, as a JSON number can lose digits. Raise a 422 if it has too many."""
    fraction = rf"(\.[0-9]{ {{- "{1,{places}}" -}} })?" if places else ""
    if not re.fullmatch(rf"-?[0-9]{ {{- "{1,{whole}}" -}} }{fraction}", text):
        expected = f'expected a string such as "12.5", at most {whole} digits before the point and {places} after it'
        raise invalid_field(where=f"body/{field}", message=expected)
{% if bounded %}
    value = Decimal(text).quantize(Decimal(1).scaleb(-places)) + 0  # adding 0 removes a negative zero
    for name, limit in limits.items():
        holds, word = _COMPARISONS[name]
        if not holds(value, limit):
            raise invalid_field(where=f"body/{field}", message=f"expected a number {word} {limit}")
    return value
{% else %}
    return Decimal(text).quantize(Decimal(1).scaleb(-places)) + 0  # adding 0 removes a negative zero
{% endif %}
{% endif %}
{% if "datetime" in used %}


def to_utc(field: str, value: datetime) -> datetime:
    if not _FIRST <= value <= _LAST:
        raise invalid_field(where=f"body/{field}", message="expected a time in the years 1 to 9999")
    return value.astimezone(UTC)
{% endif %}

"""The types of fields on the wire, each with its bounds. The OpenAPI document says what is accepted."""
{% set received = resources | sum(attribute="received_fields", start=[]) %}
{% set used = received | map(attribute="type") | list %}
{% set texts = received | selectattr("lengths") | list %}
{% set filters = resources | sum(attribute="filters", start=[]) | map(attribute="type") | list %}

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import methodcaller
from typing import Annotated
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

{% if texts or "str" in filters %}
NO_NUL = r"^[^\x00]*$"
{% endif %}
{% if texts | selectattr("type", "equalto", "str") | rejectattr("bounded") | list %}
ShortText = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
{% endif %}
{% if texts | selectattr("type", "equalto", "text") | rejectattr("bounded") | list %}
LongText = Annotated[str, StringConstraints(max_length=10_000, pattern=NO_NUL)]
{% endif %}
{% if "int" in used %}
Integer = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]
{% endif %}
{% if "bool" in used %}
Boolean = Annotated[bool, Field(strict=True)]
{% endif %}
{% if "decimal" in used %}


def _decimal_pattern(whole: int, places: int) -> str:
    return rf"^-?[0-9]{{ "{{1,{whole}}}" }}" + (rf"(\.[0-9]{{ "{{1,{places}}}" }})?$" if places else "$")


def decimal_schema(whole: int, places: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": _decimal_pattern(whole, places)})


def decimal_reader(whole: int, places: int) -> BeforeValidator:
    """Read a decimal from a string: a JSON number can lose digits."""
    pattern = re.compile(_decimal_pattern(whole, places).strip("^$"))

    def read(value: object) -> Decimal:
        if isinstance(value, str) and pattern.fullmatch(value):
            return Decimal(value).quantize(Decimal(1).scaleb(-places)) + 0  # adding 0 removes a negative zero
        message = f'expected a string such as "12.5", at most {whole} digits before the point and {places} after it'
        raise ValueError(message)

    return BeforeValidator(read)


{% if received | selectattr("type", "equalto", "decimal") | rejectattr("exact") | list %}
DecimalString = Annotated[Decimal, decimal_reader(14, 4), decimal_schema(14, 4)]
{% endif %}
{% endif %}
{% if resources | sum(attribute="fields", start=[]) | selectattr("small_steps") | list %}


def _plain(value: Decimal) -> str:
    """Write a decimal without an exponent; `str` may give 1E-7."""
    return f"{value:f}"


PlainDecimal = Annotated[Decimal, PlainSerializer(_plain)]
{% endif %}
{% if "date" in used or "date" in filters %}


def _date(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    message = 'expected a string such as "2026-01-31"'
    raise ValueError(message)


IsoDate = Annotated[date, BeforeValidator(_date)]
{% endif %}
{% if "datetime" in used %}


def _datetime(value: object) -> object:
    if isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", value):
        return value
    message = 'expected a string such as "2026-01-31T12:00:00Z"'
    raise ValueError(message)


{% endif %}
{% if "datetime" in used %}
# An offset could move a time out of the years 1 to 9999, which UTC cannot express.
_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
_to_utc = methodcaller("astimezone", UTC)
IsoDatetime = Annotated[AwareDatetime, BeforeValidator(_datetime), Field(ge=_FIRST, le=_LAST), AfterValidator(_to_utc)]
{% endif %}

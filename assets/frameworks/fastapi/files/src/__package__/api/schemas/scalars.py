"""The types of fields on the wire, each with its bounds. The OpenAPI document says what is accepted."""
{% set used = resource.fields | map(attribute="type") | list %}
{% set dates = "date" in used or "datetime" in used %}

{% if "decimal" in used or dates %}
import re
from pydantic import BeforeValidator
{% endif %}
{% if "decimal" in used %}
from decimal import Decimal
from pydantic import WithJsonSchema
{% endif %}
{% if "date" in used %}
from datetime import date
{% endif %}
{% if "datetime" in used %}
from datetime import UTC, datetime
from operator import methodcaller
from pydantic import AfterValidator, AwareDatetime
{% endif %}
{% if "int" in used or "bool" in used or "datetime" in used %}
from pydantic import Field
{% endif %}
{% if "str" in used or "text" in used %}
from pydantic import StringConstraints
{% endif %}
{% if used | reject("equalto", "uuid") | list %}
from typing import Annotated
{% endif %}

{% if "str" in used or "text" in used %}
_NO_NUL = r"^[^\x00]*$"
{% endif %}
{% if "str" in used %}
ShortText = Annotated[str, StringConstraints(max_length=200, pattern=_NO_NUL)]
{% endif %}
{% if "text" in used %}
LongText = Annotated[str, StringConstraints(max_length=10_000, pattern=_NO_NUL)]
{% endif %}
{% if "int" in used %}
Integer = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]
{% endif %}
{% if "bool" in used %}
Boolean = Annotated[bool, Field(strict=True)]
{% endif %}
{% if "decimal" in used %}

_DECIMAL = r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$"
_FOUR_PLACES = Decimal("0.0001")


def _decimal(value: object) -> Decimal:
    if isinstance(value, str) and re.fullmatch(_DECIMAL.strip("^$"), value):
        return Decimal(value).quantize(_FOUR_PLACES) + 0  # adding 0 removes a negative zero
    message = 'expected a string such as "12.50", at most 14 digits and 4 places: a JSON number can lose digits'
    raise ValueError(message)


DecimalString = Annotated[Decimal, BeforeValidator(_decimal), WithJsonSchema({"type": "string", "pattern": _DECIMAL})]
{% endif %}
{% if dates %}


def _iso(value: object) -> object:
    if isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    message = 'expected a string such as "2026-01-31" or "2026-01-31T12:00:00Z"'
    raise ValueError(message)


{% endif %}
{% if "date" in used %}
IsoDate = Annotated[date, BeforeValidator(_iso)]
{% endif %}
{% if "datetime" in used %}
# An offset could move a time out of the years 1 to 9999, which UTC cannot express.
_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
_to_utc = methodcaller("astimezone", UTC)
IsoDatetime = Annotated[AwareDatetime, BeforeValidator(_iso), Field(ge=_FIRST, le=_LAST), AfterValidator(_to_utc)]
{% endif %}

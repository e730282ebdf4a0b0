"""The kinds of fields that documents are made of, each with its bounds; what the schema promises is what is taken."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import methodcaller
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, WithJsonSchema

_INT64 = 2**63
_NO_NUL = r"^[^\x00]*$"
_AMOUNT = r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$"
_FOUR_PLACES = Decimal("0.0001")
# What an offset would carry out of the years 1 to 9999 cannot be turned into UTC.
_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
_to_utc = methodcaller("astimezone", UTC)


def _amount(value: object) -> Decimal:
    if isinstance(value, str) and re.fullmatch(_AMOUNT.strip("^$"), value):
        return Decimal(value).quantize(_FOUR_PLACES) + 0  # the sum has no negative zero
    message = 'expected a string such as "12.50", at most 14 digits and 4 places: a JSON number can lose digits'
    raise ValueError(message)


def _dated(value: object) -> object:
    if isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    message = 'expected a string such as "2026-01-31" or "2026-01-31T12:00:00Z"'
    raise ValueError(message)


ShortText = Annotated[str, StringConstraints(max_length=200, pattern=_NO_NUL)]
LongText = Annotated[str, StringConstraints(max_length=10_000, pattern=_NO_NUL)]
Integer = Annotated[int, Field(strict=True, ge=-_INT64, lt=_INT64)]
Boolean = Annotated[bool, Field(strict=True)]
IsoDate = Annotated[date, BeforeValidator(_dated)]
IsoDatetime = Annotated[AwareDatetime, BeforeValidator(_dated), Field(ge=_FIRST, le=_LAST), AfterValidator(_to_utc)]
DecimalString = Annotated[Decimal, BeforeValidator(_amount), WithJsonSchema({"type": "string", "pattern": _AMOUNT})]

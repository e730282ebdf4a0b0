"""The kinds of fields that documents are made of, each with its bounds."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field, StringConstraints, WithJsonSchema

_INT64 = 2**63
_CENTURIES = (datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC))
_NO_NUL = r"^[^\x00]*$"
_FOUR_PLACES = Decimal("0.0001")


def _exactly(value: object) -> object:
    if isinstance(value, str | Decimal):
        return value
    message = 'expected a string such as "12.50": a JSON number can lose digits'
    raise ValueError(message)


def _to_four_places(value: Decimal) -> Decimal:
    return value.quantize(_FOUR_PLACES)


def _to_utc(value: datetime) -> datetime:
    earliest, latest = _CENTURIES
    if not earliest <= value <= latest:
        message = "expected a time between the years 1 and 9999"
        raise ValueError(message)
    return value.astimezone(UTC)


ShortText = Annotated[str, StringConstraints(max_length=200, pattern=_NO_NUL)]
LongText = Annotated[str, StringConstraints(max_length=10_000, pattern=_NO_NUL)]
Integer = Annotated[int, Field(strict=True, ge=-_INT64, lt=_INT64)]
Boolean = Annotated[bool, Field(strict=True)]
Day = Annotated[date, Field(strict=False)]
Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
Amount = Annotated[
    Decimal,
    BeforeValidator(_exactly),
    Field(max_digits=18, decimal_places=4),
    AfterValidator(_to_four_places),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,14}(\.\d{1,4})?$", "examples": ["12.5000"]}),
]


def as_json(document: BaseModel) -> Response:
    """Answer with a document that is ours: FastAPI would validate it once more."""
    return Response(document.model_dump_json(), media_type="application/json")

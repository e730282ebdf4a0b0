"""Column types that keep exactly what they are given, or refuse it."""

from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import final, override

from sqlalchemy import DateTime, Numeric
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


@final
class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime. PostgreSQL would take a naive one for local time; what comes back is in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            message = "a datetime needs a time zone; try datetime.now(UTC)"
            raise ValueError(message)
        return value

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


@final
class ExactDecimal(TypeDecorator[Decimal]):
    """A NUMERIC that refuses what PostgreSQL would round, and NaN."""

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(precision, scale)
        self.precision: int = precision
        self.scale: int = scale

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        if value.is_nan():
            message = "got NaN; expected a number"
            raise InvalidOperation(message)
        exact = Context(prec=self.precision, traps=[Inexact, InvalidOperation])
        return exact.quantize(value, Decimal(1).scaleb(-self.scale))

"""Column types that give back exactly what was put in, on PostgreSQL and on SQLite."""

from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import final, override

from sqlalchemy import BigInteger, DateTime, Numeric
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class NaiveDateTimeError(ValueError):
    """A datetime has no time zone."""


class InexactDecimalError(ValueError):
    """A decimal has more digits than its column keeps."""


@final
class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept and given back in UTC; SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def __repr__(self) -> str:
        """Read as in a migration."""
        return "UtcDateTime()"

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a datetime needs a time zone; try datetime.now(UTC)"
            raise NaiveDateTimeError(message)
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@final
class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal that is never rounded: NUMERIC on PostgreSQL, an integer count of the last place on SQLite."""

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        """Keep `precision` digits, `scale` of them after the point; on SQLite at most 18 digits fit."""
        super().__init__(precision, scale)
        self.precision: int = precision
        self.scale: int = scale

    @override
    def __repr__(self) -> str:
        """Read as in a migration."""
        return f"ExactDecimal({self.precision}, {self.scale})"

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Decimal] | TypeEngine[int]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(self.precision, self.scale))

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None:
            return None
        places = self._last_places(value)
        return places if dialect.name == "sqlite" else value

    @override
    def process_result_value(self, value: Decimal | int | None, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return Decimal(value).scaleb(-self.scale) if dialect.name == "sqlite" else Decimal(value)

    def _last_places(self, value: Decimal) -> int:
        """Count in units of the last place, or refuse what PostgreSQL would round."""
        exact = Context(prec=self.precision, traps=[Inexact, InvalidOperation])
        try:
            scaled = exact.to_integral_exact(exact.scaleb(value, self.scale)) if value.is_finite() else None
        except (Inexact, InvalidOperation):
            scaled = None
        if scaled is None or scaled.adjusted() >= self.precision:
            message = f"a decimal needs more than {self.precision} digits or {self.scale} decimal places"
            raise InexactDecimalError(message)
        return int(scaled)

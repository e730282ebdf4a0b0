"""What a column gives back is what was put into it, on SQLite and on PostgreSQL."""

from decimal import Decimal
from datetime import UTC, datetime
import pytest
from sqlalchemy import literal, select
from {{ package }}.infrastructure.db.errors import QueryError
from {{ package }}.infrastructure.db.session import Database
from {{ package }}.infrastructure.db.types import ExactDecimal
from {{ package }}.infrastructure.db.types import UtcDateTime
from tests.fixtures.hidden import assert_hidden

EXACT = ["0", "0.0001", "0.1", "-0.3", "1E+13", "12.50000", "99999999999999.9999", "-99999999999999.9999"]


async def test_decimals_are_exact(database: Database) -> None:
    async with database.transaction(read_only=True):
        for amount in map(Decimal, EXACT):
            rows = await database.rows(select(literal(amount, ExactDecimal(18, 4)).label("amount")), {})
            assert rows[0]["amount"] == amount


@pytest.mark.parametrize("amount", ["0.00001", "12345678901234567", "1E+14", "1E+999999", "NaN", "Infinity"])
async def test_a_decimal_that_would_be_rounded_is_refused_and_not_shown(database: Database, amount: str) -> None:
    statement = select(literal(Decimal(amount), ExactDecimal(18, 4)))

    with pytest.raises(QueryError, match="InexactDecimalError") as caught:
        async with database.transaction():
            _ = await database.rows(statement, {})

    assert_hidden(amount, caught.value)


async def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    naive = datetime.now(UTC).replace(tzinfo=None)

    with pytest.raises(QueryError, match="NaiveDateTimeError"):
        async with database.transaction():
            _ = await database.rows(select(literal(naive, UtcDateTime())), {})

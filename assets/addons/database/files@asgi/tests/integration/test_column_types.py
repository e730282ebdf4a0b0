"""A column gives back exactly what was put into it, or refuses it."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import text

from {{ package }}.infrastructure.db.errors import QueryError
from {{ package }}.infrastructure.db.session import Database
from tests.fixtures.hidden import assert_hidden
from tests.fixtures.own_table import Colour, OwnRow

NOON = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)
EXACT = ["0", "0.0001", "0.1", "-0.3", "1E+13", "12.50000", "99999999999999.9999", "-99999999999999.9999"]


async def put(database: Database, row: OwnRow) -> None:
    async with database.transaction():
        database.session.add(row)


async def get(database: Database) -> OwnRow:
    async with database.transaction(read_only=True):
        return await database.session.get_one(OwnRow, 1)


@pytest.mark.parametrize("amount", EXACT)
async def test_decimals_are_exact(own: Database, amount: str) -> None:
    await put(own, OwnRow(id=1, amount=Decimal(amount)))

    assert (await get(own)).amount == Decimal(amount)


@pytest.mark.parametrize("amount", ["0.00001", "12345678901234567", "1E+14", "1E+999999", "NaN", "Infinity"])
async def test_a_decimal_that_would_be_rounded_is_refused_and_not_shown(own: Database, amount: str) -> None:
    with pytest.raises(QueryError) as caught:
        await put(own, OwnRow(id=1, amount=Decimal(amount)))

    assert_hidden(amount, caught.value)


async def test_datetimes_come_back_in_utc(own: Database) -> None:
    await put(own, OwnRow(id=1, seen_at=NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))))

    seen_at = (await get(own)).seen_at
    assert seen_at is not None
    assert seen_at == NOON
    assert seen_at.utcoffset() == timedelta(0)


async def test_a_datetime_without_a_time_zone_is_refused(own: Database) -> None:
    with pytest.raises(QueryError):
        await put(own, OwnRow(id=1, seen_at=NOON.replace(tzinfo=None)))


async def test_an_enum_is_stored_as_its_value_and_nothing_else_is_taken(own: Database) -> None:
    await put(own, OwnRow(id=1, colour=Colour.DARK_RED))

    assert (await get(own)).colour is Colour.DARK_RED
    async with own.transaction(read_only=True):
        assert await own.session.scalar(text("SELECT colour FROM own")) == "dark red"
    with pytest.raises(QueryError) as caught:
        async with own.transaction():
            await own.session.execute(text("UPDATE own SET colour = 'green'"))
    assert caught.value.code == "23514"


def test_a_migration_can_write_an_enum_column() -> None:
    assert repr(OwnRow.__table__.c.colour.type).startswith("Enum('dark red', 'blue', ")

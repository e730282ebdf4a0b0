"""What was sent or stored never shows in an error, whatever drivers put into theirs."""

import logging
from dataclasses import asdict

import pytest
from sqlalchemy import text

from {{ package }}.infrastructure.db.errors import ConstraintError, QueryError
from {{ package }}.infrastructure.db.queries import ADD
from {{ package }}.infrastructure.db.session import Database, open_database
from {{ package }}.infrastructure.db.url import DatabaseUrl
from {{ package }}.infrastructure.config import DatabaseSettings
from tests.fixtures.hidden import assert_hidden
from tests.fixtures.sample_data import make_{{ noun }}


async def test_a_duplicate_key_is_not_shown(database: Database) -> None:
    one = make_{{ noun }}()

    async def add_twice() -> None:
        async with database.transaction():
            _ = await database.execute(ADD, asdict(one))
            _ = await database.execute(ADD, asdict(one))

    with pytest.raises(ConstraintError, match=r'INSERT INTO "?{{ nouns }}') as caught:
        await add_twice()

    assert caught.value.is_duplicate
    assert_hidden(one.id, caught.value)


async def test_values_are_not_logged_with_the_statements(sqlite_url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "sqlalchemy.engine")
    card = "4111111111111111"

    settings = DatabaseSettings(url=DatabaseUrl.parse(sqlite_url))
    async with open_database(settings) as database, database.transaction():
        _ = await database.rows(text("SELECT 1 WHERE :card = ''"), {"card": card})

    assert "SELECT 1 WHERE" in caplog.text
    assert card not in caplog.text


async def test_a_missing_value_is_no_duplicate(database: Database) -> None:
    with pytest.raises(ConstraintError) as caught:
        async with database.transaction():
            _ = await database.execute(ADD, asdict(make_{{ noun }}()) | {"created_at": None})

    assert not caught.value.is_duplicate


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT CAST(:value AS INTEGER)", ""),
        ("SELECT CAST(CAST(:value AS TEXT) AS UUID)", "22P02"),
        ("SELECT nothing, CAST(:value AS TEXT)", "42703"),
    ],
    ids=["driver", "server", "statement"],
)
async def test_values_in_messages_of_postgresql_are_not_shown(
    postgresql_database: Database,
    sql: str,
    code: str,
) -> None:
    card = "4111111111111111"

    with pytest.raises(QueryError) as caught:
        async with postgresql_database.transaction():
            _ = await postgresql_database.rows(text(sql), {"value": card})

    assert caught.value.code.startswith(code)
    assert_hidden(card, caught.value)

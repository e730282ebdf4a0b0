"""What was sent or stored is never shown by an error, whatever drivers put into theirs."""

import logging

import pytest
from sqlalchemy import text

from {{ package }}.infrastructure.db.errors import QueryError
from {{ package }}.infrastructure.db.session import Database
from tests.fixtures.hidden import assert_hidden

CARD = "4111111111111111"


async def test_values_in_messages_of_the_server_are_not_shown(own: Database) -> None:
    with pytest.raises(QueryError, match=r" in: INSERT ") as caught:
        async with own.transaction():
            await own.session.execute(text("INSERT INTO own (id, colour) VALUES (1, :value)"), {"value": CARD})

    assert caught.value.code == "23514"
    assert_hidden(CARD, caught.value)


async def test_values_are_not_logged_with_the_statements(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "sqlalchemy.engine")

    async with database.transaction():
        await database.session.execute(text("SELECT 1 WHERE CAST(:card AS TEXT) = ''"), {"card": CARD})

    assert "SELECT 1 WHERE" in caplog.text
    assert CARD not in caplog.text

"""One transaction per use case: all of it is stored, or nothing. What was sent is never shown by an error."""

from contextlib import suppress

import pytest
from django.db import connection
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.db.errors import QueryError
from {{ package }}.infrastructure.db.transactions import open_transaction

from tests.fixtures.hidden import assert_hidden

CARD = "4111111111111111"


@pytest.fixture(autouse=True)
def own_table(bare_database: str) -> None:
    del bare_database
    run("CREATE TABLE own (id text PRIMARY KEY)")


def run(*statements: str, values: tuple[str, ...] = ()) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values or None)


def test_an_exception_rolls_everything_back() -> None:
    with suppress(LookupError), open_transaction(read_only=False):
        run("INSERT INTO own VALUES ('1')")
        raise LookupError

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM own")
        assert cursor.fetchall() == []


def test_what_cannot_be_committed_is_no_success() -> None:
    run("ALTER TABLE own ADD COLUMN other text REFERENCES own DEFERRABLE INITIALLY DEFERRED")
    with pytest.raises(QueryError), open_transaction(read_only=False):
        run("INSERT INTO own VALUES ('1', '2')")


@pytest.mark.parametrize(
    ("sql", "code"),
    [("SELECT CAST(%s AS UUID)", "22P02"), ("INSERT INTO own SELECT %s FROM generate_series(1, 2)", "23505")],
)
def test_values_in_messages_of_the_server_are_not_shown(sql: str, code: str) -> None:
    with pytest.raises(QueryError) as caught, open_transaction(read_only=False):
        run(sql, values=(CARD,))

    assert caught.value.code == code
    assert_hidden(CARD, caught.value)


@pytest.mark.parametrize(
    ("read_only", "setting", "sql", "reason"),
    [
        (True, "SET statement_timeout = 50", "SELECT pg_sleep(60)", "57014"),
        (False, "SET transaction_read_only = on", "DELETE FROM own", "read-only"),
    ],
)
def test_a_statement_that_may_work_later_is_an_outage(setting: str, sql: str, reason: str, *, read_only: bool) -> None:
    with pytest.raises(Unavailable, match=reason), open_transaction(read_only=read_only):
        run(setting, sql)

    with open_transaction(read_only=True):
        run("SELECT 1")

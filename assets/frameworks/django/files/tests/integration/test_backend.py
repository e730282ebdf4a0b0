"""The connection that Django gets: what ends it, and what does not."""

from typing import cast

import psycopg
import pytest
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections
from {{ package }}.infrastructure.db.backend.base import DatabaseWrapper
from tests.fixtures.database import connected_to


@pytest.fixture
def database(bare_database: str) -> DatabaseWrapper:
    """Return the database with its connection open."""
    del bare_database
    opened = cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS])
    opened.ensure_connection()
    return opened


def value(database: DatabaseWrapper, sql: str) -> object:
    with database.cursor() as cursor:
        cursor.execute(sql)
        return cast("tuple[object]", cursor.fetchone())[0]


def test_the_server_ends_a_statement_that_takes_too_long_and_keeps_the_connection(database: DatabaseWrapper) -> None:
    with pytest.raises(OperationalError):
        value(database, "SELECT pg_sleep(5)")

    assert database.is_usable()
    assert value(database, "SELECT 1") == 1


def test_a_server_that_does_not_end_it_either_is_given_up_with_the_connection(database: DatabaseWrapper) -> None:
    value(database, "SELECT set_config('statement_timeout', '0', false)")

    with pytest.raises(OperationalError):
        value(database, "SELECT pg_sleep(5)")

    assert not database.is_usable()


def test_a_connection_that_the_server_has_closed_is_not_used_again(database: DatabaseWrapper, bare_database: str) -> None:
    assert database.is_usable()

    with psycopg.connect(bare_database) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [value(database, "SELECT pg_backend_pid()")])

    assert not database.is_usable()


def test_a_connection_to_a_server_that_takes_no_writes_is_closed(database: DatabaseWrapper) -> None:
    value(database, "SELECT set_config('default_transaction_read_only', 'on', false)")

    with pytest.raises(DatabaseError):
        value(database, "CREATE TABLE nothing ()")

    assert not database.is_usable()


def test_either_side_notices_when_the_other_one_vanishes(database: DatabaseWrapper) -> None:
    assert database.connection is not None
    parameters = database.connection.info.get_parameters()

    assert (parameters["keepalives_idle"], parameters["tcp_user_timeout"]) == ("10", "10000")
    assert value(database, "SHOW tcp_keepalives_idle") == "10"
    assert value(database, "SHOW tcp_user_timeout") == "10000"
    assert value(database, "SHOW idle_in_transaction_session_timeout") == "15s"

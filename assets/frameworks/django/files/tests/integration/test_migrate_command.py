"""Migrations run one at a time, for as long as they need."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.signals import pre_migrate
from {{ package }}.infrastructure.db.management.commands.migrate import MIGRATION_LOCK
from psycopg.sql import SQL

ANOTHER_MIGRATION = SQL("SELECT pg_advisory_xact_lock({})").format(MIGRATION_LOCK)
OTHERS = SQL("SELECT query_start FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND ")
WAITS_FOR_ITS_TURN = SQL("query LIKE '%pg_try_advisory_lock(%'")
ANOTHER_TRANSACTION = SQL('LOCK TABLE "{{ nouns }}"')
WAITS_LONG = SQL("wait_event_type = 'Lock' AND clock_timestamp() - query_start > '1500 ms'")


@pytest.mark.parametrize(
    ("hindrance", "hindered", "times"),
    [(ANOTHER_MIGRATION, WAITS_FOR_ITS_TURN, 3), (ANOTHER_TRANSACTION, WAITS_LONG, 1)],
    ids=["another migration", "another transaction"],
)
def test_a_migration_waits_longer_than_a_request_may(
    bare_database: str, hindrance: SQL, hindered: SQL, times: int
) -> None:
    with ThreadPoolExecutor() as threads:
        call_command("migrate", verbosity=0)
        with psycopg.connect(bare_database) as other, psycopg.connect(bare_database, autocommit=True) as observer:
            other.execute(hindrance)
            migrating = threads.submit(call_command, "migrate", "db", "zero", verbosity=0)
            seen: set[object] = set()
            while len(seen) < times:
                assert not migrating.done(), migrating.result()
                seen.update(observer.execute(OTHERS + hindered).fetchall())

        assert migrating.result() is None


@pytest.mark.usefixtures("bare_database")
def test_a_migration_may_compute_for_as_long_as_it_needs() -> None:
    shown: set[object] = set()

    def show(**_sent: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            shown.add(cursor.fetchone())

    pre_migrate.connect(show)
    call_command("migrate", verbosity=0)

    assert shown == {("0",)}


def test_migrations_do_not_go_through_pgbouncer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PGBOUNCER", "true")

    with pytest.raises(CommandError, match="DATABASE_PGBOUNCER"):
        call_command("migrate")

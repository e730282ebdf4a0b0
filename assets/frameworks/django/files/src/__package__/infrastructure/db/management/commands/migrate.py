"""`manage.py migrate`: Django's command, one process at a time, and without the timeouts of requests."""

import time
from typing import Final, cast, final, override

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.utils import CursorWrapper
from {{ package }}.infrastructure.config import DatabaseSettings, load_section
from {{ package }}.infrastructure.db.backend.base import BoundedConnection, DatabaseWrapper

MIGRATION_LOCK: Final = 0x6D696772617465
"""The advisory lock that is held while migrating."""


@final
class Command(migrate.Command):
    @override
    def handle(self, *args: object, **options: object) -> str | None:
        if load_section(DatabaseSettings).pgbouncer:
            message = "got DATABASE_PGBOUNCER=true; expected a URL of PostgreSQL itself: a migration locks its session"
            raise CommandError(message)
        database = cast("DatabaseWrapper", connections[cast("str", options["database"])])
        with database.cursor() as cursor:
            cast("BoundedConnection", database.connection).max_wait = None
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET idle_in_transaction_session_timeout = 0")  # a migration may compute for long
            cursor.execute("SET lock_timeout = 10000")
            while not _has_lock(cursor):
                time.sleep(0.1)
        try:
            return super().handle(*args, **options)
        finally:
            database.close()


def _has_lock(cursor: CursorWrapper) -> bool:
    """Try to take the lock. Waiting for it would hold a snapshot that CREATE INDEX CONCURRENTLY waits for."""
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATION_LOCK])
    return cursor.fetchone() == (True,)

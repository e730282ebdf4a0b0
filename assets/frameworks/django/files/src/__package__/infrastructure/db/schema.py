"""Whether the database can serve this version of the code."""

from functools import cache

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.db.errors import DEPENDENCY, READ_ONLY, translated_errors


def check_schema() -> str:
    """Say that this code can work with the database, or raise. A newer schema is fine: a rollout brings it first.

    It connects anew each time: the next connection may lead to a server that takes writes.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        with translated_errors(), connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            is_read_only = cursor.fetchone() == ("on",)
            missing = sorted(_known_migrations() - MigrationRecorder(connection).applied_migrations().keys())
    finally:
        connection.close()
    if is_read_only:
        raise Unavailable(DEPENDENCY, READ_ONLY)
    if missing:
        raise Unavailable(DEPENDENCY, f"migration {'.'.join(missing[0])} is missing; run `manage.py migrate`")
    return "ok"


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)

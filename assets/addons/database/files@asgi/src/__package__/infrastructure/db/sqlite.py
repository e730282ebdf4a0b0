"""SQLite as a server would behave: foreign keys hold, readers do not block, writers wait for each other."""

from typing import Final, cast

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from {{ package }}.infrastructure.config import DatabaseSettings

_BEGIN: Final = "sqlite_begin"
READ_ONLY: Final = {_BEGIN: "DEFERRED"}
"""The execution options of a connection that only reads; PostgreSQL ignores them."""


def connect_arguments(settings: DatabaseSettings) -> dict[str, object]:
    """Say how long a writer waits for another one."""
    return {"timeout": settings.statement_timeout}


def prepare(engine: Engine, *, foreign_keys: bool) -> None:
    """Set up every connection, and begin every transaction, as PostgreSQL would."""

    def connected(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", _begin)


def _begin(connection: Connection) -> None:
    """Begin before the first statement, which the driver by itself does not.

    A transaction that will write takes the lock at once: one that has read first cannot wait for it, it fails.
    """
    how = cast("str", connection.get_execution_options().get(_BEGIN, "IMMEDIATE"))
    _ = connection.exec_driver_sql(f"BEGIN {how}")

"""What a failed statement means: the database is unavailable for now, or the statement cannot work.

Drivers put values into their messages (`DETAIL: Key (id)=(…)`). Only the name of the error, its SQLSTATE and the SQL
with its placeholders are kept.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError, PendingRollbackError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from {{ package }}.domain.errors import Unavailable

DEPENDENCY: Final = "database"
READ_ONLY: Final = "read-only"
"""The reason while the database takes no writes, as a standby after a failover."""

# Connection lost, idle in a transaction, authentication failed (as while a password is rotated), no such database,
# deadlock or serialization failure, out of resources, lock not available, shutting down or cancelled, system error.
_UNAVAILABLE: Final = ("08", "25P03", "28", "3D", "40", "53", "55P03", "57", "58")


class QueryError(Exception):
    """The database refused a statement, and would refuse it again.

    `code` is PostgreSQL's SQLSTATE, `constraint` the name of the constraint that refused a row, if one did.
    """

    def __init__(self, message: str, code: str, constraint: str = "") -> None:
        super().__init__(message)
        self.code: str = code
        self.constraint: str = constraint


@contextmanager
def translated_errors() -> Generator[None]:
    """Turn what SQLAlchemy raises into `Unavailable` or `QueryError`. The traceback stays, the message does not."""
    try:
        yield
    except (StatementError, PoolTimeout, PendingRollbackError) as error:
        translated = _translated(error).with_traceback(error.__traceback__)
        try:
            raise translated from None
        finally:
            translated.__context__ = None


def _translated(error: Exception) -> Unavailable | QueryError:
    if isinstance(error, PoolTimeout):
        return Unavailable(DEPENDENCY, "no connection is free")
    cause = (error.orig if isinstance(error, StatementError) else None) or error
    code = (cause.sqlstate if isinstance(cause, psycopg.Error) else None) or ""
    if code == "25006":
        return Unavailable(DEPENDENCY, READ_ONLY)
    reason = "connection failed" if type(cause) is psycopg.OperationalError else f"{type(cause).__name__} {code}".rstrip()
    never_connected = isinstance(cause, psycopg.OperationalError) and not code
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if never_connected or lost or code.startswith(_UNAVAILABLE):
        return Unavailable(DEPENDENCY, reason)
    statement = error.statement if isinstance(error, StatementError) else None
    constraint = (cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None) or ""
    return QueryError(f"{reason} in: {statement}", code, constraint)

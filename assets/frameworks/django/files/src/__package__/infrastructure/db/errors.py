"""What a failed statement means: the database is unavailable for now, or the statement cannot work.

Drivers put values into their messages (`DETAIL: Key (id)=(…)`). Only the name of the error and its SQLSTATE are kept.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import psycopg
from django.db import Error, IntegrityError, InterfaceError, OperationalError

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.outages import OutageLog

DEPENDENCY: Final = "database"
READ_ONLY: Final = "read-only"
"""The reason while the database takes no writes, as a standby after a failover."""

# Connection lost, idle in a transaction, authentication failed (as while a password is rotated), no such database,
# deadlock or serialization failure, out of resources, lock not available, shutting down or cancelled, system error.
_UNAVAILABLE: Final = ("08", "25P03", "28", "3D", "40", "53", "55P03", "57", "58")
_outages: Final = OutageLog(DEPENDENCY)


class QueryError(Exception):
    """The database refused a statement, and would refuse it again. `code` is PostgreSQL's SQLSTATE."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code: str = code


@contextmanager
def translated_errors() -> Generator[None]:
    """Turn what Django raises into `Unavailable` or `QueryError`. The traceback stays, the message does not."""
    try:
        yield
    except Error as error:
        translated = translate_error(error).with_traceback(error.__traceback__)
        if isinstance(translated, Unavailable):
            _outages.unavailable(translated.reason)
        try:
            raise translated from None
        finally:
            translated.__context__ = None
    else:
        _outages.available()


def translate_error(error: Exception) -> Exception:
    """Return `Unavailable` or `QueryError` for what a failed statement raises, and any other error as it is."""
    if not isinstance(error, Error):
        return error
    cause = error.__cause__ or error
    code = (cause.sqlstate if isinstance(cause, psycopg.Error) else None) or ""
    kind = f"{type(cause).__name__} {code}".rstrip()
    if code == "25006":
        return Unavailable(DEPENDENCY, READ_ONLY)
    if not code and isinstance(error, (OperationalError, InterfaceError)):
        return Unavailable(DEPENDENCY, "connection failed")
    return Unavailable(DEPENDENCY, kind) if code.startswith(_UNAVAILABLE) else QueryError(kind, code)
{% if "+refusals" in uses %}


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the constraint that refused a row."""
    cause = error.__cause__
    return (cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None) or ""
{% endif %}

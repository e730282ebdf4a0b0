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
        outage = unavailable_reason(error)
        if outage is not None:
            _outages.unavailable(outage.reason)
        code, kind = _cause(error)
        translated = (outage or QueryError(f"{kind} {code}".rstrip(), code)).with_traceback(error.__traceback__)
        try:
            raise translated from None
        finally:
            translated.__context__ = None
    else:
        _outages.available()


def unavailable_reason(error: BaseException) -> Unavailable | None:
    """Return the outage that an error stands for, or None where trying again would not help."""
    if isinstance(error, Unavailable):
        return error
    if not isinstance(error, Error):
        return None
    code, kind = _cause(error)
    if code == "25006":
        return Unavailable(DEPENDENCY, READ_ONLY)
    if not code and isinstance(error, (OperationalError, InterfaceError)):
        return Unavailable(DEPENDENCY, "connection failed")
    return Unavailable(DEPENDENCY, f"{kind} {code}") if code.startswith(_UNAVAILABLE) else None
{% if "+refusals" in uses %}


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the constraint that refused a row."""
    cause = error.__cause__
    return (cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None) or ""
{% endif %}


def _cause(error: BaseException) -> tuple[str, str]:
    """Return the SQLSTATE of what the driver raised, and the name of its class."""
    cause = error.__cause__ or error
    return (cause.sqlstate if isinstance(cause, psycopg.Error) else None) or "", type(cause).__name__

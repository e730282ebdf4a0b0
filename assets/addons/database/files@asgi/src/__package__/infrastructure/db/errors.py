"""What a failing database means: away for now, a broken constraint, or a statement that cannot work.

Drivers put values into their messages (`invalid input … 'value'`, `DETAIL: Key (…)=(…)`), so nothing of a message is
kept: only the driver's class, its code, and the SQL with its placeholders. The causes are not chained either.
"""

from typing import Final
from asyncpg import InvalidCachedStatementError  # pyright: ignore[reportMissingTypeStubs] - there are none
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from {{ package }}.domain.errors import Unavailable

FAILURES: Final = (StatementError, PoolTimeout, OSError)
"""All that a driver or its pool raises; `OSError` includes refused connections and timeouts."""

_AWAY: Final = (
    "08",  # connection lost
    "25006",  # read only: a standby answered during a failover
    "25P03",  # idle in a transaction for too long
    "28",  # refused the user, as while a password is being rotated
    "3D",  # no such database
    "40",  # deadlock or lost race: the same request may work again
    "53",  # out of connections, memory or disk
    "55P03",  # lock not available
    "57",  # shutting down, starting, or cancelled by the statement timeout
    "58",  # system error
    "SQLITE_BUSY",
    "SQLITE_CANTOPEN",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_LOCKED",
    "SQLITE_READONLY",
)
_DUPLICATE: Final = frozenset({"23505", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE"})


class QueryError(Exception):
    """The database refused a statement, and would refuse it again."""

    def __init__(self, message: str, code: str) -> None:
        """Keep the code: PostgreSQL's SQLSTATE, or SQLite's name of the error."""
        super().__init__(message)
        self.code: str = code


class ConstraintError(QueryError):
    """A row would break a constraint of its table."""

    @property
    def is_duplicate(self) -> bool:
        """Whether it is because there is a row like it."""
        return self.code in _DUPLICATE


def translated(error: Exception) -> Unavailable | QueryError:
    """Say what one of `FAILURES` means."""
    cause = _driver_exception(error)
    code = _code(cause)
    reason = f"{type(cause).__name__} {code}".rstrip()
    if not isinstance(error, StatementError) or _is_away(error, cause, code):
        return Unavailable("database", reason)
    message = f"{reason} in: {error.statement}"
    return ConstraintError(message, code) if isinstance(error, IntegrityError) else QueryError(message, code)


def _is_away(error: StatementError, cause: BaseException, code: str) -> bool:
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    # A migration changed a table under a prepared statement: the next attempt prepares it anew.
    return lost or isinstance(cause, InvalidCachedStatementError) or code.startswith(_AWAY)


def _driver_exception(error: Exception) -> BaseException:
    """Look under SQLAlchemy's exception, and under the one it makes up for asyncpg's."""
    if isinstance(error, StatementError) and error.orig is not None:
        # SQLAlchemy's own `driver_exception` raises for an InvalidCachedStatementError.
        return error.orig.__cause__ or error.orig
    return error


def _code(cause: BaseException) -> str:
    """Give PostgreSQL's SQLSTATE or SQLite's name of the error, whichever there is."""
    for attribute in ("sqlstate", "sqlite_errorname"):
        code: object = getattr(cause, attribute, None)
        if isinstance(code, str):
            return code
    return ""

"""Whether the database has the tables that this code was written for."""

from typing import Final, cast
from sqlalchemy import String, column, select, table
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.db.errors import QueryError
from {{ package }}.infrastructure.db.session import Database

REVISIONS: Final = ({% for migration in migrations %}"{{ migration[:4] }}"{{ ", " if not loop.last else "," if loop.first }}{% endfor %})
"""Every migration there is, oldest first: the same as in migrations/versions, as a test makes sure."""

MIGRATION_LOCK: Final = 0x6D696772617465
"""The advisory lock that is held while migrating."""

_APPLIED: Final = select(column("version_num", String)).select_from(table("alembic_version"))
_NO_SUCH_TABLE: Final = frozenset({"42P01", "SQLITE_ERROR"})


async def check_schema(database: Database) -> str:
    """Say that this code can work with the schema, or raise.

    A revision that is not known here is newer: a rollout must not take down the version that it replaces.
    """
    applied = await _applied(database)
    if not applied:
        raise not_ready(reason="no schema; run `alembic upgrade head`")
    if REVISIONS[-1] not in applied and applied.issubset(REVISIONS):
        raise not_ready(reason=f"schema at {', '.join(applied)}, expected {REVISIONS[-1]}; run `alembic upgrade head`")
    return "ok"


def not_ready(*, reason: str) -> Unavailable:
    """Say why the database cannot be used yet, though it is there."""
    return Unavailable("database", reason)


async def _applied(database: Database) -> set[str]:
    try:
        async with database.transaction(read_only=True):
            rows = await database.rows(_APPLIED, {})
    except QueryError as error:
        if error.code not in _NO_SUCH_TABLE:
            raise
        return set()
    return {cast("str", row["version_num"]) for row in rows}

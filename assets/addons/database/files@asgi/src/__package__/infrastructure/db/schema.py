"""Whether the database can serve this version of the code."""

from typing import Final, cast

from sqlalchemy import text
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.db.errors import DEPENDENCY, READ_ONLY
from {{ package }}.infrastructure.db.models import Base
from {{ package }}.infrastructure.db.session import Database

_COLUMNS: Final = text(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = ANY (current_schemas(false))"
)


async def check_schema(database: Database) -> str:
    """Say that this code can work with the database, or raise. A newer schema is fine: a rollout brings it first."""
    async with database.transaction(read_only=True):
        is_read_only = cast("str", await database.session.scalar(text("SHOW transaction_read_only"))) == "on"
        found = {tuple(row) for row in await database.session.execute(_COLUMNS)}
        if is_read_only:
            await database.session.invalidate()  # The next connection may lead to a server that takes writes.
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    missing = [str(column) for column in columns if (column.table.name, column.name) not in found]
    if is_read_only or missing:
        reason = READ_ONLY if is_read_only else f"no column {missing[0]}; run `alembic upgrade head`"
        raise Unavailable(DEPENDENCY, reason)
    return "ok"

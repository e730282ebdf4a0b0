"""Listings on PostgreSQL: each walks an index, and none leaves anything out."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import Connection, event, text
{% for one in resources if one.can_list %}
from {{ package }}.infrastructure.db.{{ one.query_module }} import Sql{{ one.Nouns }}
{% for field in one.filters if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
{% endfor %}
from {{ package }}.domain.models import PagePosition
from {{ package }}.infrastructure.db.models import Base
from {{ package }}.infrastructure.db.session import Database

type Listing = Callable[[Database, PagePosition | None], Awaitable[object]]

ID = UUID(int=1)
LISTINGS: dict[str, Listing] = {
    {{ each("listing", "lines") }}
}


@pytest.mark.parametrize("after", [None, PagePosition(datetime(2026, 1, 1, tzinfo=UTC), ID)], ids=["first", "next"])
@pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)
async def test_a_page_is_read_from_an_index_without_sorting(
    database: Database, listing: Listing, after: PagePosition | None
) -> None:
    sent: list[tuple[str, dict[str, object]]] = []

    def listen(_connection: Connection, _cursor: object, sql: str, values: dict[str, object], *_: object) -> None:
        sent.append((sql, values))

    async with database.transaction():
        connection = await database.session.connection()
        # What other tests stored and deleted has left each index as large as it was, which a plan goes by.
        tables = ", ".join(f'"{name}"' for name in Base.metadata.tables)
        await connection.execute(text(f"TRUNCATE {tables}"))
        # With these two off, a plan still sorts or reads a whole table where no index allows anything else.
        await connection.execute(text("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"))
        event.listen(connection.sync_connection, "before_cursor_execute", listen)
        await listing(database, after)
        [(sql, values)] = sent
        plan = str((await connection.exec_driver_sql(f"EXPLAIN {sql}", values)).all())

    assert "Index" in plan
    assert "Sort" not in plan
    assert "Filter" not in plan

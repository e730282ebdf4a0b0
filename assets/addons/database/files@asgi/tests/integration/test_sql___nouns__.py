"""{{ Nouns_words }} on a real PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, event, text

from {{ package }}.domain.errors import {{ Noun }}AlreadyExists
from {{ package }}.domain.models import PagePosition
from {{ package }}.domain.result import Err
from {{ package }}.infrastructure.db.models import {{ Noun }}Row
from {{ package }}.infrastructure.db.queries import Sql{{ Nouns }}
from {{ package }}.infrastructure.db.session import Database
from tests.fixtures.sample_data import NOON, make_{{ noun }}


async def test_an_id_is_taken_only_once(database: Database) -> None:
    store = Sql{{ Nouns }}(database)
    one = make_{{ noun }}()
    async with database.transaction():
        await store.add(one)

    async with database.transaction():
        answer = await store.add(replace(one, created_at=NOON + timedelta(days=1)))
    assert answer == Err({{ Noun }}AlreadyExists(one.id))

    async with database.transaction():
        assert await store.get(one.id) == one


async def test_pages_give_everything_once_the_newest_first(database: Database) -> None:
    store = Sql{{ Nouns }}(database)
    # Most of them at the same moment: the id decides then.
    placed = [make_{{ noun }}(NOON + timedelta(microseconds=n // 5)) for n in range(12)]
    async with database.transaction():
        for one in placed:
            await store.add(one)

    found: list[PagePosition] = []
    after: PagePosition | None = None
    async with database.transaction(read_only=True):
        while page := await store.page(5, after):
            found.extend(PagePosition(created_at=one.created_at, id=one.id) for one in page)
            after = found[-1]

    newest_first = sorted(placed, key=lambda one: (one.created_at, one.id), reverse=True)
    assert [position.id for position in found] == [one.id for one in newest_first]


async def test_pages_are_read_from_the_index_without_sorting(database: Database) -> None:
    store = Sql{{ Nouns }}(database)
    asked: list[tuple[str, dict[str, object]]] = []

    def listen(_connection: Connection, _cursor: object, sql: str, values: dict[str, object], *_: object) -> None:
        asked.append((sql, values))

    async with database.transaction():
        for n in range(-500, 500):
            database.session.add({{ Noun }}Row.of(make_{{ noun }}(NOON + timedelta(seconds=n))))
        await database.session.flush()
        # Without statistics the plan would depend on what the database happens to know.
        await database.session.execute(text('ANALYZE "{{ nouns }}"'))
        connection = await database.session.connection()
        event.listen(connection.sync_connection, "before_cursor_execute", listen)
        await store.page(20, None)
        await store.page(20, PagePosition(created_at=NOON, id=UUID(int=0)))
        event.remove(connection.sync_connection, "before_cursor_execute", listen)
        plans = [str((await connection.exec_driver_sql(f"EXPLAIN {sql}", values)).all()) for sql, values in asked]

    assert len(plans) == 2
    for plan in plans:
        assert "ix_{{ nouns }}_created_at_id" in plan
        assert "Sort" not in plan

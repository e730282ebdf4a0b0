"""{{ Nouns_words }} on a real database, SQLite and PostgreSQL alike."""

from dataclasses import asdict, replace
from datetime import timedelta, timezone
from uuid import UUID, uuid4

from sqlalchemy import Connection, event

from {{ package }}.domain.errors import {{ Noun }}AlreadyExists
from {{ package }}.domain.models import PagePosition
from {{ package }}.domain.result import Err, Ok
from {{ package }}.infrastructure.db.engine import create_engine
from {{ package }}.infrastructure.db.queries import ADD, Sql{{ Nouns }}
from {{ package }}.infrastructure.db.session import Database
from {{ package }}.infrastructure.db.url import DatabaseUrl
from {{ package }}.infrastructure.config import DatabaseSettings
from tests.fixtures.sample_data import NOON, make_{{ noun }}


async def test_what_is_put_in_comes_back(database: Database) -> None:
    store = Sql{{ Nouns }}(database)
    one = make_{{ noun }}()

    async with database.transaction():
        assert await store.add(one) == Ok(None)

    async with database.transaction(read_only=True):
        assert await store.get(one.id) == one


{% set optional = resource.fields | selectattr("optional") | list %}
{% if optional %}
async def test_what_is_left_out_comes_back_as_none(database: Database) -> None:
    store = Sql{{ Nouns }}(database)
    one = replace(make_{{ noun }}(), {{ optional[0].name }}=None)

    async with database.transaction():
        _ = await store.add(one)
        assert await store.get(one.id) == one


{% endif %}
async def test_moments_come_back_in_utc(database: Database) -> None:
    store = Sql{{ Nouns }}(database)
    one = make_{{ noun }}(NOON.astimezone(timezone(timedelta(hours=5, minutes=30))))

    async with database.transaction():
        _ = await store.add(one)
        found = await store.get(one.id)

    assert found is not None
    assert found.created_at == NOON
    assert found.created_at.utcoffset() == timedelta(0)


async def test_nothing_is_found_under_an_unknown_id(database: Database) -> None:
    async with database.transaction(read_only=True):
        assert await Sql{{ Nouns }}(database).get(uuid4()) is None


async def test_an_id_is_taken_only_once(database: Database) -> None:
    store = Sql{{ Nouns }}(database)
    one = make_{{ noun }}()
    async with database.transaction():
        _ = await store.add(one)

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
            _ = await store.add(one)

    found: list[PagePosition] = []
    after: PagePosition | None = None
    async with database.transaction(read_only=True):
        while page := await store.page(5, after):
            found.extend(PagePosition(created_at=one.created_at, id=one.id) for one in page)
            after = found[-1]

    newest_first = sorted(placed, key=lambda one: (one.created_at, one.id), reverse=True)
    assert [position.id for position in found] == [one.id for one in newest_first]


async def test_pages_are_read_from_the_index_without_sorting(database_url: str) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def listen(_connection: Connection, _cursor: object, sql: str, values: tuple[object, ...], *_rest: object) -> None:
        asked.append((sql, values))

    engine = create_engine(DatabaseSettings(url=DatabaseUrl.parse(database_url)))
    database = Database(engine)
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    async with engine.connect() as connection:
        row = asdict(make_{{ noun }}())
        _ = await connection.execute(
            ADD,
            [row | {"id": uuid4(), "created_at": NOON + timedelta(seconds=n)} for n in range(-1000, 1000)],
        )
        # Without statistics the plan would depend on what the database happens to know.
        _ = await connection.exec_driver_sql('ANALYZE "{{ nouns }}"')
        await connection.commit()
        event.listen(engine.sync_engine, "before_cursor_execute", listen)
        async with database.transaction(read_only=True):
            _ = await Sql{{ Nouns }}(database).page(20, None)
            _ = await Sql{{ Nouns }}(database).page(20, PagePosition(created_at=NOON, id=UUID(int=0)))
        event.remove(engine.sync_engine, "before_cursor_execute", listen)
        queries = [(sql, values) for sql, values in asked if sql.startswith("SELECT")]
        plans = [str((await connection.exec_driver_sql(f"{explain} {sql}", values)).all()) for sql, values in queries]
    await engine.dispose()

    assert len(plans) == 2
    for (sql, _), plan in zip(queries, plans, strict=True):
        # The index happens to give this {{ noun }} anyway; other plans would not.
        assert "created_at DESC, {{ nouns }}.id DESC" in sql.replace('"', "")
        assert "ix_{{ nouns }}_created_at_id" in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan

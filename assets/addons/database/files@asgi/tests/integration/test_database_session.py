"""One transaction per use case: all of it is kept, or nothing."""

import asyncio
from dataclasses import dataclass
from typing import Final, cast
from uuid import uuid4

import pytest
from msgspec import convert
from sqlalchemy import func, literal, select, text

from {{ package }}.domain.result import Ok
from {{ package }}.infrastructure.db.errors import QueryError
from {{ package }}.infrastructure.db.models import {{ Noun }}Row
from {{ package }}.infrastructure.db.queries import Sql{{ Nouns }}
from {{ package }}.infrastructure.db.session import Database
from {{ package }}.infrastructure.db.session import TransactionError
from {{ package }}.infrastructure.db.session import open_database
from {{ package }}.infrastructure.db.url import DatabaseUrl
from {{ package }}.infrastructure.config import DatabaseSettings
from tests.fixtures.sample_data import make_{{ noun }}

COUNT: Final = select(func.count().label("number")).select_from({{ Noun }}Row)


async def count(database: Database) -> int:
    async with database.transaction(read_only=True):
        rows = await database.rows(COUNT, {})
    return cast("int", rows[0]["number"])


@dataclass(frozen=True, slots=True)
class Odd:
    """A row with columns that are called like methods of a mapping."""

    items: int
    keys: str


async def test_a_column_may_be_called_anything(database: Database) -> None:
    async with database.transaction(read_only=True):
        rows = await database.rows(select(literal(7).label("items"), literal("x").label("keys")), {})

    assert convert(rows, list[Odd]) == [Odd(7, "x")]


async def test_adapters_of_one_database_share_the_transaction(database: Database) -> None:
    one = make_{{ noun }}()

    async with database.transaction():
        _ = await Sql{{ Nouns }}(database).add(one)
        assert await Sql{{ Nouns }}(database).get(one.id) == one


async def test_an_exception_rolls_everything_back(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction():
            _ = await Sql{{ Nouns }}(database).add(make_{{ noun }}())
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert await count(database) == 0


async def test_a_broken_constraint_rolls_everything_back(database: Database) -> None:
    store = Sql{{ Nouns }}(database)
    one = make_{{ noun }}()

    async with database.transaction():
        _ = await store.add(one)
        _ = await store.add(one)

    assert await count(database) == 0


async def test_nothing_more_can_be_done_after_a_broken_constraint(database: Database) -> None:
    store = Sql{{ Nouns }}(database)
    one = make_{{ noun }}()

    async with database.transaction():
        _ = await store.add(one)
        _ = await store.add(one)
        with pytest.raises(TransactionError):
            _ = await store.get(one.id)


async def test_a_failure_that_was_swallowed_does_not_pass_for_success(database: Database) -> None:
    async def swallow() -> None:
        async with database.transaction():
            _ = await Sql{{ Nouns }}(database).add(make_{{ noun }}())
            with pytest.raises(QueryError):
                _ = await database.rows(text("SELECT nothing"), {})

    with pytest.raises(QueryError):
        await swallow()

    assert await count(database) == 0


async def test_the_database_is_not_used_without_a_transaction(database: Database) -> None:
    with pytest.raises(TransactionError, match="no transaction is open"):
        _ = await Sql{{ Nouns }}(database).get(uuid4())


async def test_transactions_do_not_nest(database: Database) -> None:
    async with database.transaction():
        with pytest.raises(TransactionError, match="open already"):
            await database.transaction().__aenter__()


async def test_a_task_that_is_started_in_a_transaction_has_its_own(database: Database) -> None:
    async def use() -> None:
        _ = await Sql{{ Nouns }}(database).get(uuid4())

    async def open_and_use() -> None:
        async with database.transaction(read_only=True):
            await use()

    async with database.transaction():
        with pytest.raises(TransactionError, match="no transaction is open"):
            await asyncio.create_task(use())
        await asyncio.create_task(open_and_use())


async def test_what_asks_for_nothing_takes_no_connection() -> None:
    nowhere = DatabaseSettings(url=DatabaseUrl.parse("postgresql://127.0.0.1:1/none"))

    async with open_database(nowhere) as database, database.transaction():
        pass


async def test_concurrent_writers_wait_for_each_other(database: Database) -> None:
    store = Sql{{ Nouns }}(database)

    async def read_then_write() -> object:
        async with database.transaction():
            _ = await store.page(1, None)
            return await store.add(make_{{ noun }}())

    assert await asyncio.gather(*(read_then_write() for _ in range(6))) == [Ok(None)] * 6
    assert await count(database) == 6


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    store = Sql{{ Nouns }}(database)
    one = make_{{ noun }}()
    written, read = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with database.transaction():
            _ = await store.add(one)
            written.set()
            _ = await read.wait()

    writing = asyncio.create_task(write())
    _ = await written.wait()
    async with asyncio.timeout(2):
        assert await count(database) == 0
    read.set()
    await writing
    assert await count(database) == 1


async def test_writers_on_sqlite_see_what_the_one_before_has_written(sqlite_database: Database) -> None:
    async def count_then_add() -> int:
        async with sqlite_database.transaction():
            rows = await sqlite_database.rows(COUNT, {})
            _ = await Sql{{ Nouns }}(sqlite_database).add(make_{{ noun }}())
        return cast("int", rows[0]["number"])

    before = await count(sqlite_database)
    seen = await asyncio.gather(*(count_then_add() for _ in range(8)))

    assert sorted(seen) == [before + n for n in range(8)]


@pytest.mark.parametrize(("name", "value"), [("foreign_keys", 1), ("journal_mode", "wal")])
async def test_sqlite_is_set_up_like_a_server(sqlite_database: Database, name: str, value: object) -> None:
    async with sqlite_database.transaction(read_only=True):
        rows = await sqlite_database.rows(text(f"PRAGMA {name}"), {})

    assert rows[0][name] == value


async def test_a_cancelled_use_case_gives_its_connection_back(database: Database, database_url: str) -> None:
    settings = DatabaseSettings(url=DatabaseUrl.parse(database_url), pool_size=1, pool_overflow=0, pool_timeout=1)
    started = asyncio.Event()

    async with open_database(settings) as narrow:

        async def hold() -> None:
            async with narrow.transaction():
                _ = await Sql{{ Nouns }}(narrow).add(make_{{ noun }}())
                started.set()
                _ = await asyncio.Event().wait()

        task = asyncio.create_task(hold())
        _ = await started.wait()
        _ = task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert await count(narrow) == 0

    assert await count(database) == 0

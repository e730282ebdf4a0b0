"""One unit of work per use case: all of it is stored, or nothing."""

import asyncio
from contextlib import suppress

import pytest
from msgspec import structs
from sqlalchemy import select, text

from {{ package }}.infrastructure.config import DatabaseSettings
from {{ package }}.infrastructure.db.errors import QueryError
from {{ package }}.infrastructure.db.session import Database, TransactionError, open_database
from {{ package }}.infrastructure.db.url import DatabaseUrl
from tests.fixtures.own_table import OwnRow


async def stored(database: Database) -> list[int]:
    async with database.transaction(read_only=True):
        return list(await database.session.scalars(select(OwnRow.id).order_by(OwnRow.id)))


async def test_an_exception_rolls_everything_back(own: Database) -> None:
    with suppress(LookupError):
        async with own.transaction():
            own.session.add(OwnRow(id=1))
            await own.session.flush()
            raise LookupError

    assert await stored(own) == []


{% if "+refusals" in uses %}
async def test_a_refused_insert_leaves_the_rest_to_be_stored(own: Database) -> None:
    async def insert(number: int) -> None:
        async with own.savepoint() as session:
            session.add(OwnRow(id=number))

    async with own.transaction():
        await insert(1)
        with pytest.raises(QueryError) as refused:
            await insert(1)
        await insert(2)

    assert refused.value.constraint == "pk_own"
    assert await stored(own) == [1, 2]


{% endif %}
async def test_a_failure_that_was_swallowed_does_not_pass_for_success(own: Database) -> None:
    async def swallow() -> None:
        async with own.transaction():
            own.session.add(OwnRow(id=1))
            await own.session.flush()
            with pytest.raises(Exception, match="nothing"):
                await own.session.execute(text("SELECT nothing"))

    with pytest.raises(QueryError):
        await swallow()

    assert await stored(own) == []


async def test_transactions_do_not_nest(database: Database) -> None:
    async with database.transaction():
        with pytest.raises(TransactionError, match="open already"):
            await database.transaction().__aenter__()


async def test_a_task_cannot_use_the_transaction_in_which_it_was_started_even_when_it_outlives_it(
    own: Database,
) -> None:
    inside, over = asyncio.Event(), asyncio.Event()

    async def use_it(start: asyncio.Event) -> None:
        await start.wait()
        own.session.add(OwnRow(id=1))

    async with own.transaction():
        tasks = [asyncio.create_task(use_it(start)) for start in (inside, over)]
        inside.set()
        await asyncio.wait(tasks[:1])
    over.set()

    assert [type(error) for error in await asyncio.gather(*tasks, return_exceptions=True)] == [TransactionError] * 2
    assert await stored(own) == []


async def test_what_asks_for_nothing_takes_no_connection() -> None:
    nowhere = DatabaseSettings(url=DatabaseUrl.parse("postgresql://127.0.0.1:1/none"))

    async with open_database(nowhere) as database, database.transaction():
        pass


async def test_a_cancelled_use_case_is_rolled_back_and_gives_its_connection_back(
    own: Database, database_settings: DatabaseSettings
) -> None:
    del own
    async with open_database(structs.replace(database_settings, pool_size=1)) as database:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5), database.transaction():
                database.session.add(OwnRow(id=1))
                await database.session.flush()
                await asyncio.Event().wait()

        assert await stored(database) == []

"""A write is forgotten when it is committed, and who writes does not read from the cache."""

import asyncio
import pytest
from {{ package }}.domain.cache import ReadCache
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.models import {{ Noun }}
from {{ package }}.domain.result import Ok
from {{ package }}.infrastructure.cache.cached_{{ nouns }} import Cached{{ Nouns }}
from {{ package }}.infrastructure.cache.read_through import ReadThroughCache
from {{ package }}.infrastructure.cache.transactional import TransactionalCache
from {{ package }}.infrastructure.config import DatabaseSettings
from {{ package }}.infrastructure.db.queries import Sql{{ Nouns }}
from {{ package }}.infrastructure.db.session import Database, TransactionError, open_database
from {{ package }}.infrastructure.db.url import DatabaseUrl
from tests.fixtures.cache import ID, NEWER, THING, CountedRead, Keepsake
from tests.fixtures.sample_data import make_{{ noun }}


@pytest.fixture
def cached(database: Database, cache: ReadThroughCache) -> Cached{{ Nouns }}:
    return Cached{{ Nouns }}(Sql{{ Nouns }}(database), TransactionalCache(cache, database))


@pytest.fixture
def transactional(database: Database, cache: ReadThroughCache) -> TransactionalCache:
    return TransactionalCache(cache, database)


async def look(database: Database, cache: ReadCache, source: CountedRead[Keepsake]) -> Keepsake | None:
    """Be a use case that reads, in a task of its own."""

    async def read() -> Keepsake | None:
        async with database.transaction(read_only=True):
            return await cache.fetch(Keepsake, ID, source)

    return await asyncio.create_task(read())


async def test_a_hit_takes_no_connection(cache: ReadThroughCache) -> None:
    nowhere = DatabaseSettings(url=DatabaseUrl.parse("postgresql://127.0.0.1:1/none"))
    one = make_{{ noun }}()
    await cache.fetch({{ Noun }}, one.id, CountedRead(one))

    async with open_database(nowhere) as database, database.transaction(read_only=True):
        transactional = TransactionalCache(cache, database)
        cached = Cached{{ Nouns }}(Sql{{ Nouns }}(database), transactional)
        assert await cached.get(one.id) == one


async def test_what_was_added_is_read_from_the_database_and_then_from_the_cache(
    database: Database, cache: ReadThroughCache, cached: Cached{{ Nouns }}
) -> None:
    one = make_{{ noun }}()
    nothing = CountedRead[{{ Noun }}](None)
    async with database.transaction():
        assert await cached.add(one) == Ok(None)
        assert await cached.get(one.id) == one

    assert await cache.fetch({{ Noun }}, one.id, nothing) is None, "who writes keeps nothing"
    async with database.transaction(read_only=True):
        assert await cached.get(one.id) == one
    assert await cache.fetch({{ Noun }}, one.id, nothing) == one


async def test_a_write_is_forgotten_when_it_is_committed_and_not_before(
    database: Database, transactional: TransactionalCache
) -> None:
    source = CountedRead(THING)
    assert await look(database, transactional, source) == THING

    async with database.transaction():
        await transactional.forget(Keepsake, ID)
        assert await look(database, transactional, source) == THING
        assert source.reads == 1
        source.value = NEWER

    assert await look(database, transactional, source) == NEWER
    assert await look(database, transactional, source) == NEWER
    assert source.reads == 2


async def test_it_is_forgotten_when_the_connection_has_been_given_back(database_url: str, cache: ReadThroughCache) -> None:
    narrow = DatabaseSettings(url=DatabaseUrl.parse(database_url), pool_size=1, pool_overflow=0, pool_timeout=1)
    async with open_database(narrow) as database:
        inner = Sql{{ Nouns }}(database)
        cached = Cached{{ Nouns }}(inner, TransactionalCache(cache, database))
        one = make_{{ noun }}()
        found: list[object] = []

        async def use_it() -> None:
            async with database.transaction(read_only=True):
                found.append(await inner.get(one.id))

        async with database.transaction():
            await cached.add(one)
            database.unit_of_work.afterwards.push_async_callback(use_it)

    assert found == [one]


async def test_who_writes_reads_what_is_stored(database: Database, transactional: TransactionalCache) -> None:
    source = CountedRead(THING)
    assert await look(database, transactional, source) == THING
    source.value = NEWER

    async with database.transaction():
        assert await transactional.fetch(Keepsake, ID, source) == NEWER

    assert await look(database, transactional, source) == THING, "nobody has said that it has changed"


@pytest.mark.parametrize("error", [LookupError(), Unavailable("database"), asyncio.CancelledError()])
async def test_a_write_that_may_have_happened_is_forgotten_too(
    database: Database, transactional: TransactionalCache, error: BaseException
) -> None:
    source = CountedRead(THING)
    await look(database, transactional, source)
    source.value = NEWER

    async def fail() -> None:
        async with database.transaction():
            await transactional.forget(Keepsake, ID)
            raise error

    with pytest.raises(type(error)):
        await fail()

    assert await look(database, transactional, source) == NEWER


async def test_outside_a_transaction_nothing_is_written(transactional: TransactionalCache) -> None:
    with pytest.raises(TransactionError):
        await transactional.forget(Keepsake, ID)

"""The cache and the unit of work: entries are deleted after the commit, and a use case that writes reads the source."""

import asyncio
from collections.abc import AsyncGenerator
import pytest
from {{ package }}.domain.models import {{ Noun }}
from {{ package }}.domain.result import Ok
from {{ package }}.infrastructure.cache import ReadThroughCache, open_cache
from {{ package }}.infrastructure.cached_{{ nouns }} import Cached{{ Nouns }}
from {{ package }}.infrastructure.config import CacheSettings, RedisSettings
from {{ package }}.infrastructure.db.queries import Sql{{ Nouns }}
from {{ package }}.infrastructure.db.session import Database
from tests.fixtures.cache import CountedSource, StoredThing
from tests.fixtures.sample_data import make_{{ noun }}


@pytest.fixture
async def cache(redis_server: RedisSettings) -> AsyncGenerator[ReadThroughCache]:
    async with open_cache(CacheSettings(), redis_server) as cache:
        yield cache


async def nothing() -> {{ Noun }} | None:
    return None


async def test_a_use_case_that_writes_reads_the_database_and_one_that_reads_the_cache(
    database: Database, cache: ReadThroughCache
) -> None:
    cached, one = Cached{{ Nouns }}(Sql{{ Nouns }}(database), cache, database), make_{{ noun }}()

    async with database.transaction():
        assert await cached.add(one) == Ok(None)
        assert await cached.get(one.id) == one
    assert await cache.fetch(type(one), one.id, nothing) is None

    async with database.transaction(read_only=True):
        assert await cached.get(one.id) == one
    assert await cache.fetch(type(one), one.id, nothing) == one


async def test_what_runs_after_the_commit_runs_once_and_not_before(database: Database, cache: ReadThroughCache) -> None:
    source = CountedSource()
    await source.fetch(cache)

    async with database.transaction():
        database.after_transaction(lambda: cache.delete(StoredThing, source.key))
        await asyncio.create_task(source.fetch(cache))
        assert source.reads == 1

    await source.fetch(cache)
    assert source.reads == 2


async def test_it_runs_also_when_the_use_case_failed(database: Database) -> None:
    ran = asyncio.Event()

    async def run() -> None:
        ran.set()

    async def fail() -> None:
        async with database.transaction():
            database.after_transaction(run)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert ran.is_set()

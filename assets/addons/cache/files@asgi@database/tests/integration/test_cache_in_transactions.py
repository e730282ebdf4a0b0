"""The cache and the unit of work: entries are deleted after the commit."""

import asyncio
from collections.abc import AsyncGenerator
import pytest
from {{ package }}.infrastructure.cache import ReadThroughCache, open_cache
from {{ package }}.infrastructure.config import CacheSettings, RedisSettings
from {{ package }}.infrastructure.db.session import Database
from tests.fixtures.cache import CountedSource, StoredThing


@pytest.fixture
async def cache(redis_server: RedisSettings) -> AsyncGenerator[ReadThroughCache]:
    async with open_cache(CacheSettings(), redis_server) as cache:
        yield cache


async def test_a_unit_of_work_says_whether_it_only_reads(database: Database) -> None:
    async with database.transaction():
        assert not database.read_only
    async with database.transaction(read_only=True):
        assert database.read_only


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

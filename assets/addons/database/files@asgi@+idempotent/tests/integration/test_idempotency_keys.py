"""What is kept under an Idempotency-Key, in PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs
from sqlalchemy import func, select, text
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.idempotency import RequestKey
from {{ package }}.infrastructure.config import DatabaseSettings
from {{ package }}.infrastructure.db.idempotency_keys import PRUNED_AT_ONCE, SqlIdempotencyKeys
from {{ package }}.infrastructure.db.models import IdempotencyKeyRow
from {{ package }}.infrastructure.db.session import Database, open_database

KEY = RequestKey("alice", "/things", "1")


@pytest.fixture
def keys(database: Database) -> SqlIdempotencyKeys:
    return SqlIdempotencyKeys(database, keep=timedelta(hours=1))


async def create(database: Database, keys: SqlIdempotencyKeys, request: RequestKey) -> tuple[str, str | None]:
    """Claim a key in a transaction of its own, and keep an answer that names it."""
    async with database.transaction():
        claimed = await keys.claim(request, "sent")
        await keys.keep(request, str(request))
    return claimed


async def one_waits(database: Database) -> None:
    """Return once a transaction waits for another one."""
    waiting = text("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    async with asyncio.timeout(20):
        while True:
            async with database.transaction(read_only=True):
                if await database.session.scalar(waiting):
                    return


async def stored(database: Database) -> int:
    async with database.transaction(read_only=True):
        return await database.session.scalar(select(func.count()).select_from(IdempotencyKeyRow)) or 0


async def test_the_first_request_and_its_answer_are_kept(database: Database, keys: SqlIdempotencyKeys) -> None:
    assert await create(database, keys, KEY) == ("sent", None)

    async with database.transaction():
        assert await keys.claim(KEY, "something else") == ("sent", str(KEY))


@pytest.mark.parametrize("other", [replace(KEY, caller="bob"), replace(KEY, path="/others"), replace(KEY, key="2")])
async def test_callers_paths_and_keys_do_not_meet(
    database: Database, keys: SqlIdempotencyKeys, other: RequestKey
) -> None:
    await create(database, keys, KEY)

    assert await create(database, keys, other) == ("sent", None)
    assert await create(database, keys, KEY) == ("sent", str(KEY))


async def test_while_the_first_request_is_under_way_the_next_one_waits_for_its_answer(
    database: Database, keys: SqlIdempotencyKeys
) -> None:
    async with database.transaction():
        await keys.claim(KEY, "sent")
        second = asyncio.create_task(create(database, keys, KEY))
        await asyncio.create_task(one_waits(database))
        await keys.keep(KEY, "answer of the first")

    assert await second == ("sent", "answer of the first")


async def test_when_the_first_request_fails_the_one_that_waited_is_the_first(
    database: Database, keys: SqlIdempotencyKeys
) -> None:
    async def fail() -> None:
        async with database.transaction():
            await keys.claim(KEY, "sent by the first")
            waiting.append(asyncio.create_task(create(database, keys, KEY)))
            await asyncio.create_task(one_waits(database))
            raise LookupError

    waiting: list[asyncio.Task[tuple[str, str | None]]] = []
    with pytest.raises(LookupError):
        await fail()

    assert await waiting[0] == ("sent", None)


async def test_waiting_for_the_first_request_ends_with_an_outage_in_time(
    database: Database, database_settings: DatabaseSettings, keys: SqlIdempotencyKeys
) -> None:
    hasty = structs.replace(database_settings, statement_timeout=0.2)
    async with open_database(hasty) as other, database.transaction():
        await keys.claim(KEY, "sent")
        with pytest.raises(Unavailable):
            await create(other, SqlIdempotencyKeys(other, keep=timedelta(hours=1)), KEY)


async def test_each_new_key_deletes_a_few_old_ones(database: Database, keys: SqlIdempotencyKeys) -> None:
    for number in range(PRUNED_AT_ONCE + 1):
        await create(database, keys, replace(KEY, key=f"old {number}"))
    await create(database, SqlIdempotencyKeys(database, keep=timedelta()), replace(KEY, key="new"))
    assert await stored(database) == 2

    await create(database, keys, replace(KEY, key="newer"))
    assert await stored(database) == 3


async def test_an_old_key_that_is_in_use_is_deleted_later(database: Database, keys: SqlIdempotencyKeys) -> None:
    impatient = SqlIdempotencyKeys(database, keep=timedelta())
    await create(database, keys, KEY)

    async with database.transaction():
        await keys.claim(KEY, "sent")
        await asyncio.create_task(create(database, impatient, replace(KEY, key="new")))
    assert await stored(database) == 2

    await create(database, impatient, replace(KEY, key="newer"))
    assert await stored(database) == 1

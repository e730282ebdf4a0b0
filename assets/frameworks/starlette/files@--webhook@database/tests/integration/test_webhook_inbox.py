"""The ids of deliveries, in PostgreSQL."""

import asyncio
from datetime import timedelta
import pytest
from sqlalchemy import func, select, text
from {{ package }}.infrastructure.db.models import WebhookDeliveryRow
from {{ package }}.infrastructure.db.session import Database
from {{ package }}.infrastructure.db.webhook_inbox import PRUNED_AT_ONCE, SqlWebhookInbox


@pytest.fixture
def inbox(database: Database) -> SqlWebhookInbox:
    return SqlWebhookInbox(database, keep=timedelta(hours=1))


async def add(database: Database, inbox: SqlWebhookInbox, delivery_id: str, source: str = "acme") -> bool:
    async with database.transaction():
        return await inbox.add(source, delivery_id)


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
        return await database.session.scalar(select(func.count()).select_from(WebhookDeliveryRow)) or 0


async def test_an_id_is_new_once_for_each_sender(database: Database, inbox: SqlWebhookInbox) -> None:
    assert await add(database, inbox, "1")
    assert not await add(database, inbox, "1")
    assert await add(database, inbox, "2")
    assert await add(database, inbox, "1", source="other")


@pytest.mark.parametrize("fails", [False, True])
async def test_a_delivery_that_comes_while_it_is_under_way_waits_for_its_end(
    database: Database, inbox: SqlWebhookInbox, *, fails: bool
) -> None:
    waiting: list[asyncio.Task[bool]] = []

    async def receive() -> None:
        async with database.transaction():
            await inbox.add("acme", "1")
            waiting.append(asyncio.create_task(add(database, inbox, "1")))
            await asyncio.create_task(one_waits(database))
            if fails:
                raise LookupError

    await asyncio.gather(receive(), return_exceptions=True)

    assert await waiting[0] is fails, "rolled back, it is new again"


async def test_each_new_id_deletes_a_few_old_ones(database: Database, inbox: SqlWebhookInbox) -> None:
    for number in range(PRUNED_AT_ONCE + 1):
        await add(database, inbox, f"old {number}")
    await add(database, SqlWebhookInbox(database, keep=timedelta()), "new")
    assert await stored(database) == 2

    await add(database, inbox, "newer")
    assert await stored(database) == 3

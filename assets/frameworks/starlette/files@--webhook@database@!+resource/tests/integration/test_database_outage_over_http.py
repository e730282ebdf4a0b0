"""What senders see of an outage: 503 with Retry-After in time, never a 202 for what was not kept."""

import asyncio
from collections.abc import AsyncGenerator

from unittest.mock import AsyncMock

import pytest
from httpx2 import AsyncClient, Response
from msgspec import structs
from sqlalchemy import text

from {{ package }}.bootstrap import build_application
from {{ package }}.domain.{{ webhooks[0].webhook }}_events import {{ webhooks[0].Webhook }}Events
from {{ package }}.infrastructure.config import AppSettings, DatabaseSettings, Settings
from {{ package }}.infrastructure.db.session import Database

from tests.fixtures.{{ webhooks[0].webhook_kind }}_deliveries import deliver
from tests.fixtures.serving import serving
from tests.fixtures.tcp_proxy import TcpProxy

URL = "/webhooks/{{ webhooks[0].webhook | replace("_", "-") }}"
IN_TIME = 10.0


@pytest.fixture
def settings(settings: Settings, proxied: DatabaseSettings) -> Settings:
    """Let nothing end a request on a frozen database but its deadline."""
    patient = structs.replace(proxied, pool_timeout=60, statement_timeout=60)
    return structs.replace(settings, app=AppSettings(request_timeout_seconds=0.3), database=patient)


@pytest.fixture
async def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[AsyncClient]:
    monkeypatch.setattr({{ webhooks[0].Webhook }}Events, "{{ slot("webhook.entry", "handle") }}", AsyncMock())
    async with serving(build_application(settings), patience=IN_TIME) as client:
        yield client


async def send(client: AsyncClient, delivery_id: str) -> Response:
    body, headers = deliver("order.paid", delivery_id)
    return await client.post(URL, content=body, headers=headers)


async def send_until_taken(client: AsyncClient, delivery_id: str) -> None:
    """Send it as a sender does. Connections made before an outage are found out one by one."""
    async with asyncio.timeout(IN_TIME):
        while (await send(client, delivery_id)).status_code != 202:
            """It has to be sent again."""


async def test_while_the_database_is_frozen_each_delivery_gets_503_and_later_it_is_taken(
    client: AsyncClient, proxy: TcpProxy
) -> None:
    await send_until_taken(client, "before")
    proxy.freeze()
    *refused, not_ready, alive = await asyncio.gather(
        *(send(client, str(number)) for number in range(16)), client.get("/readyz"), client.get("/healthz")
    )

    assert {response.status_code for response in refused} == {503}
    assert {response.headers["retry-after"] for response in refused} == {"2"}
    assert (not_ready.status_code, alive.status_code) == (503, 200)
    proxy.thaw()
    await asyncio.gather(*(send_until_taken(client, str(number)) for number in range(16)))


async def test_a_delivery_that_cannot_be_committed_is_not_acknowledged(client: AsyncClient, database: Database) -> None:
    async def run(*statements: str) -> None:
        async with database.transaction():
            for statement in statements:
                await database.session.execute(text(statement))

    refuse = "ADD FOREIGN KEY (delivery_id) REFERENCES nothing DEFERRABLE INITIALLY DEFERRED"
    await run("CREATE TABLE nothing (id text PRIMARY KEY)", f"ALTER TABLE webhook_deliveries {refuse}")
    response = await send(client, "1")
    await run("DROP TABLE nothing CASCADE")

    assert response.status_code == 500

"""What senders see of an outage: 503 with Retry-After in time, never a 202 for what was not kept."""

import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import AsyncMock

import pytest
from httpx2 import Response
from msgspec import structs
from starlette.testclient import TestClient

from {{ package }}.domain.{{ webhooks[0].webhook }}_events import {{ webhooks[0].Webhook }}Events
from {{ package }}.infrastructure.config import AppSettings, DatabaseSettings, Settings
from {{ package }}.infrastructure.db.session import Database

from tests.fixtures.{{ webhooks[0].webhook_kind }}_deliveries import deliver
from tests.fixtures.database import run
from tests.fixtures.tcp_proxy import TcpProxy

URL = "/webhooks/{{ webhooks[0].webhook | replace("_", "-") }}"
IN_TIME = 10.0


@pytest.fixture
def settings(settings: Settings, proxied: DatabaseSettings) -> Settings:
    """Let nothing end a request on a frozen database but its deadline."""
    patient = structs.replace(proxied, pool_timeout=60, statement_timeout=60)
    return structs.replace(settings, app=AppSettings(request_timeout_seconds=0.3), database=patient)


@pytest.fixture(autouse=True)
def nothing_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr({{ webhooks[0].Webhook }}Events, "{{ slot("webhook.entry", "handle") }}", AsyncMock())


def send(client: TestClient, delivery_id: str) -> Response:
    body, headers = deliver("order.paid", delivery_id)
    return client.post(URL, content=body, headers=headers)


def send_until_taken(client: TestClient, delivery_id: str) -> None:
    """Send it as a sender does. The connection from before an outage is found out by a request."""
    deadline = time.monotonic() + IN_TIME
    while send(client, delivery_id).status_code != 202:
        assert time.monotonic() < deadline


def test_while_the_database_is_frozen_each_delivery_gets_503_and_later_it_is_taken(
    client: TestClient, proxy: TcpProxy
) -> None:
    send_until_taken(client, "before")
    proxy.freeze()
    with ThreadPoolExecutor(16) as threads:
        refused = list(threads.map(send, [client] * 16, map(str, range(16)), timeout=IN_TIME))
    not_ready, alive = client.get("/readyz"), client.get("/healthz")

    assert {response.status_code for response in refused} == {503}
    assert {response.headers["retry-after"] for response in refused} == {"2"}
    assert (not_ready.status_code, alive.status_code) == (503, 200)
    proxy.thaw()
    for number in range(16):
        send_until_taken(client, str(number))


async def test_a_delivery_that_cannot_be_committed_is_not_acknowledged(client: TestClient, database: Database) -> None:
    refuse = "ADD FOREIGN KEY (delivery_id) REFERENCES nothing DEFERRABLE INITIALLY DEFERRED"
    await run(database, "CREATE TABLE nothing (id text PRIMARY KEY)", f"ALTER TABLE webhook_deliveries {refuse}")
    response = send(client, "1")
    await run(database, "DROP TABLE nothing CASCADE")

    assert response.status_code == 500

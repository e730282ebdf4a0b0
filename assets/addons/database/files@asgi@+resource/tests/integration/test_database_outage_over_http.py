"""What callers see of an outage: 503 with Retry-After in time, never a 500."""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID
import pytest
from httpx2 import Response
from msgspec import structs
from starlette.testclient import TestClient
from {{ package }}.infrastructure import outages
from {{ package }}.infrastructure.config import AppSettings, DatabaseSettings, Settings
from {{ package }}.infrastructure.db.session import Database
{% if "+example" in uses %}
from tests.fixtures.example import BODY, PATH
{% else %}
from tests.fixtures.{{ noun }}_json import URL as PATH
{% endif %}
from tests.fixtures.access_lines import access_lines
from tests.fixtures.database import run
from tests.fixtures.tcp_proxy import TcpProxy

IN_TIME = 10.0
{% if can_list %}
READ, WORKS = PATH, 200
{% else %}
READ, WORKS = f"{PATH}/{UUID(int=0)}", 404
{% endif %}
MANY = [READ] * 16


@pytest.fixture
def settings(settings: Settings, proxied: DatabaseSettings) -> Settings:
    """Let nothing end a request on a frozen database but its deadline."""
    patient = structs.replace(proxied, pool_timeout=60, statement_timeout=60)
    return structs.replace(settings, app=AppSettings(request_timeout_seconds=0.3), database=patient)


def ask(client: TestClient, *paths: str) -> list[Response]:
    """Send these requests at once."""
    with ThreadPoolExecutor(len(paths)) as threads:
        return list(threads.map(client.get, paths, timeout=IN_TIME))


def statuses(responses: Iterable[Response]) -> set[int]:
    return {response.status_code for response in responses}


def settle(client: TestClient) -> None:
    """Ask until it works: the connection from before an outage is found out by a request."""
    deadline = time.monotonic() + IN_TIME
    while client.get(READ).status_code != WORKS:
        assert time.monotonic() < deadline


def test_a_frozen_database_is_told_to_each_of_many_at_the_deadline(client: TestClient, proxy: TcpProxy) -> None:
    settle(client)
    proxy.freeze()
    *responses, not_ready, alive = ask(client, *MANY, "/readyz", "/healthz")

    assert statuses(responses) == {503}
    assert {response.headers["retry-after"] for response in responses} == {"2"}
    assert (not_ready.status_code, alive.status_code) == (503, 200)
    proxy.thaw()
    settle(client)


def test_an_outage_is_logged_when_it_begins_and_ends_and_each_503_says_its_reason(
    caplog: pytest.LogCaptureFixture, client: TestClient, proxy: TcpProxy
) -> None:
    settle(client)
    caplog.clear()
    proxy.refuse()
    responses = ask(client, *MANY, "/readyz")
    lines = access_lines(caplog)
    proxy.listen()
    settle(client)
    assert client.get("/readyz").status_code == 200

    assert statuses(responses) == {503}
    assert len(lines) == len(responses)
    assert all(str(line["reason"]).startswith("database: ") for line in lines if line["path"] == READ)
    messages = [record.getMessage() for record in caplog.records if record.name == outages.__name__]
    assert messages == ["database unavailable: connection failed", "database is back"]

{% if "+example" in uses %}


async def test_what_cannot_be_committed_is_not_answered_as_a_success(client: TestClient, database: Database) -> None:
    refuse = 'ALTER TABLE "{{ nouns }}" ADD FOREIGN KEY (id) REFERENCES nothing DEFERRABLE INITIALLY DEFERRED'
    await run(database, "CREATE TABLE nothing (id uuid PRIMARY KEY)", refuse)
    response = client.post(PATH, json=BODY)
    await run(database, "DROP TABLE nothing CASCADE")

    assert response.status_code == 500
{% endif %}

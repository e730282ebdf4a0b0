"""What callers see of an outage: 503 with Retry-After in time, never a 500 or a dropped connection."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable
from http import HTTPStatus
from uuid import UUID
import pytest
from httpx2 import AsyncClient, Response
from msgspec import structs
from sqlalchemy import text
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure import outages
from {{ package }}.infrastructure.config import AppSettings, DatabaseSettings, Settings
from {{ package }}.infrastructure.db.session import Database
from tests.fixtures.example import BODY, PATH
from tests.fixtures.access_lines import access_lines
from tests.fixtures.serving import serving
from tests.fixtures.tcp_proxy import TcpProxy

IN_TIME = 10.0
{% if can_list %}
READ, WORKS = PATH, HTTPStatus.OK
{% else %}
READ, WORKS = f"{PATH}/{UUID(int=0)}", HTTPStatus.NOT_FOUND
{% endif %}


@pytest.fixture
def settings(settings: Settings, proxied: DatabaseSettings) -> Settings:
    """Let nothing end a request on a frozen database but its deadline."""
    patient = structs.replace(proxied, pool_timeout=60, statement_timeout=60)
    return structs.replace(settings, app=AppSettings(request_timeout_seconds=0.3), database=patient)


@pytest.fixture
async def client(settings: Settings, {{ slot("tests.client_parameters") }}) -> AsyncGenerator[AsyncClient]:
    async with serving(build_application(settings), patience=IN_TIME) as client:
        {{ slot("tests.served_client") }}
        yield client


async def ask(client: AsyncClient, requests: int = 16) -> list[Response]:
    return list(await asyncio.gather(*(client.get(READ) for _ in range(requests))))


def statuses(responses: Iterable[Response]) -> set[int]:
    return {response.status_code for response in responses}


async def settled(client: AsyncClient) -> None:
    """Ask, one request for each connection of the pool, until all of them work."""
    async with asyncio.timeout(IN_TIME):
        while statuses(await ask(client, requests=3)) != {WORKS}:
            """Connections made before an outage are found out one by one."""


async def test_a_frozen_database_is_told_to_each_of_many_at_the_deadline(client: AsyncClient, proxy: TcpProxy) -> None:
    await settled(client)
    proxy.freeze()
    responses, not_ready, alive = await asyncio.gather(ask(client), client.get("/readyz"), client.get("/healthz"))

    assert statuses(responses) == {HTTPStatus.SERVICE_UNAVAILABLE}
    assert {response.headers["retry-after"] for response in responses} == {"2"}
    assert (not_ready.status_code, alive.status_code) == (503, 200)
    proxy.thaw()
    await settled(client)


async def test_an_outage_is_logged_when_it_begins_and_ends_and_each_503_says_its_reason(
    caplog: pytest.LogCaptureFixture, client: AsyncClient, proxy: TcpProxy
) -> None:
    await settled(client)
    caplog.set_level(logging.INFO)
    caplog.clear()
    await proxy.refuse()
    responses = [*await ask(client), await client.get("/readyz")]
    lines = access_lines(caplog)
    await proxy.listen()
    await settled(client)
    assert (await client.get("/readyz")).status_code == HTTPStatus.OK

    assert statuses(responses) == {HTTPStatus.SERVICE_UNAVAILABLE}
    assert len(lines) == len(responses)
    assert all(str(line["reason"]).startswith("database: ") for line in lines if line["path"] == READ)
    messages = [record.getMessage() for record in caplog.records if record.name == outages.__name__]
    assert messages == ["database unavailable: connection failed", "database is back"]


async def test_what_cannot_be_committed_is_not_answered_as_a_success(client: AsyncClient, database: Database) -> None:
    async def run(*statements: str) -> None:
        async with database.transaction():
            for statement in statements:
                await database.session.execute(text(statement))

    refuse = 'ALTER TABLE "{{ nouns }}" ADD FOREIGN KEY (id) REFERENCES nothing DEFERRABLE INITIALLY DEFERRED'
    await run("CREATE TABLE nothing (id uuid PRIMARY KEY)", refuse)
    response = await client.post(PATH, json=BODY)
    await run("DROP TABLE nothing CASCADE")

    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR

"""What callers see of an outage: 503 with Retry-After in time, never a 500 or a dropped connection."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable
from http import HTTPStatus
import pytest
from httpx2 import AsyncClient, Response
from msgspec import structs
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import AppSettings, DatabaseSettings, Settings
from tests.fixtures.access_lines import access_lines
from tests.fixtures.serving import serving
from tests.fixtures.tcp_proxy import TcpProxy

URL = "/{{ slug }}"
IN_TIME = 10.0
LATE = 60.0


@pytest.fixture
def settings(settings: Settings, proxied: DatabaseSettings) -> Settings:
    return structs.replace(settings, app=AppSettings(request_timeout_seconds=0.3), database=proxied)


@pytest.fixture
async def client(settings: Settings, {{ slot("tests.client_parameters") }}) -> AsyncGenerator[AsyncClient]:
    async with serving(build_application(settings), patience=IN_TIME) as client:
        {{ slot("tests.served_client") }}
        yield client


async def ask(client: AsyncClient, requests: int = 16) -> list[Response]:
    return list(await asyncio.gather(*(client.get(URL) for _ in range(requests))))


def statuses(responses: Iterable[Response]) -> set[int]:
    return {response.status_code for response in responses}


async def settled(client: AsyncClient) -> None:
    """Ask, one request for each connection of the pool, until all of them work."""
    async with asyncio.timeout(IN_TIME):
        while statuses(await ask(client, requests=3)) != {HTTPStatus.OK}:
            """Connections made before an outage are found out one by one."""


@pytest.fixture
def patient(settings: Settings, proxied: DatabaseSettings) -> Settings:
    """Let the deadline be the only thing that ends a request."""
    database = structs.replace(proxied, connect_timeout=LATE, pool_timeout=LATE, statement_timeout=LATE)
    return structs.replace(settings, app=AppSettings(request_timeout_seconds=0.2), database=database)


async def test_every_request_has_its_deadline_even_if_nothing_else_gives_up(patient: Settings, proxy: TcpProxy, {{ slot("tests.client_parameters") }}) -> None:
    async with serving(build_application(patient), patience=IN_TIME) as client:
        {{ slot("tests.served_client") }}
        await settled(client)
        proxy.freeze()
        responses, not_ready, alive = await asyncio.gather(ask(client), client.get("/readyz"), client.get("/healthz"))
        proxy.thaw()
        await settled(client)

    assert statuses(responses) == {HTTPStatus.SERVICE_UNAVAILABLE}
    assert {response.headers["retry-after"] for response in responses} == {"2"}
    assert (not_ready.status_code, alive.status_code) == (503, 200)


async def test_a_frozen_database_is_told_to_each_of_many_at_once(client: AsyncClient, proxy: TcpProxy) -> None:
    await settled(client)
    proxy.freeze()

    assert statuses(await ask(client)) == {HTTPStatus.SERVICE_UNAVAILABLE}

    proxy.thaw()
    await settled(client)


async def test_a_restart_under_load_gives_no_500_and_drops_no_connection(client: AsyncClient, proxy: TcpProxy) -> None:
    async def load() -> set[int]:
        return statuses([await client.get(URL) for _ in range(5)])

    async def restart() -> None:
        await proxy.refuse()
        await proxy.listen()

    seen = await asyncio.gather(*(load() for _ in range(6)), restart())

    assert set[int]().union(*(some for some in seen if some)) <= {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}
    await settled(client)


async def test_an_outage_is_one_line_a_request_that_says_the_reason(
    caplog: pytest.LogCaptureFixture, client: AsyncClient, proxy: TcpProxy
) -> None:
    await settled(client)
    caplog.set_level(logging.INFO)
    caplog.clear()
    await proxy.refuse()

    responses = await ask(client)

    lines = access_lines(caplog)
    assert statuses(responses) == {HTTPStatus.SERVICE_UNAVAILABLE}
    assert [(line["path"], line["status"]) for line in lines] == [(URL, 503)] * len(responses)
    assert all(str(line["reason"]).startswith("database: ") for line in lines)
{% if slot("tests.beside_requests") %}
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert {record.name for record in warnings} <= { {{ slot("tests.beside_requests") }} }
{% else %}
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
{% endif %}
    await proxy.listen()
    await settled(client)

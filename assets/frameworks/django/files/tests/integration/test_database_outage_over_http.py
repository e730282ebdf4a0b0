"""What callers see of an outage: 503 with Retry-After in time, never a 500 or a thread that hangs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from http.client import HTTPResponse
from urllib.parse import urlsplit
{% if not can_list %}
from uuid import UUID
{% endif %}

from tests.fixtures.example import PATH
from tests.fixtures.process import get, running
from tests.fixtures.tcp_proxy import TcpProxy

{% if can_list %}
READ, WORKS = PATH, HTTPStatus.OK
{% else %}
READ, WORKS = f"{PATH}/{UUID(int=0)}", HTTPStatus.NOT_FOUND
{% endif %}
THREADS = 4


@asynccontextmanager
async def proxied(environment: dict[str, str]) -> AsyncGenerator[tuple[TcpProxy, int]]:
    """Give the port of a server that reaches its database through a proxy."""
    url = urlsplit(environment["DATABASE_URL"])
    async with TcpProxy(url.hostname or "", url.port or 5432) as proxy:
        user, _, host = url.netloc.rpartition("@")
        through = url._replace(netloc=f"{user}@{host.partition(':')[0]}:{proxy.port}").geturl()
        chosen = {"DATABASE_URL": through, "DATABASE_STATEMENT_TIMEOUT": "2", "THREADS": str(THREADS)}
        with running({**environment, **chosen}) as (_, port):
            yield proxy, port


async def ask(port: int, path: str = READ) -> HTTPResponse:
    return await asyncio.to_thread(get, port, path)


def test_a_frozen_database_is_told_to_each_of_many_in_time_and_works_again_afterwards(
    environment: dict[str, str],
) -> None:
    async def scenario() -> None:
        async with proxied(environment) as (proxy, port):
            assert {(await ask(port)).status for _ in range(THREADS)} == {WORKS}

            proxy.freeze()
            responses = await asyncio.gather(*(ask(port) for _ in range(2 * THREADS)))
            not_ready, alive = await ask(port, "/readyz"), await ask(port, "/healthz")
            proxy.thaw()

            assert {response.status for response in responses} == {HTTPStatus.SERVICE_UNAVAILABLE}
            assert {response.headers["retry-after"] for response in responses} == {"2"}
            assert (not_ready.status, alive.status) == (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.OK)
            assert {(await ask(port)).status for _ in range(THREADS)} == {WORKS}

    asyncio.run(scenario())


def test_a_restart_between_two_requests_goes_unnoticed(environment: dict[str, str]) -> None:
    async def scenario() -> None:
        async with proxied(environment) as (proxy, port):
            for _ in range(2 * THREADS):
                assert (await ask(port)).status == WORKS
                await proxy.cut()

    asyncio.run(scenario())


def test_a_database_that_is_down_is_told_at_once(environment: dict[str, str]) -> None:
    async def scenario() -> None:
        async with proxied(environment) as (proxy, port):
            assert (await ask(port)).status == WORKS
            await proxy.refuse()
            down, not_ready = await ask(port), await ask(port, "/readyz")
            await proxy.listen()

            assert (down.status, not_ready.status) == (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE)
            assert (await ask(port)).status == WORKS
            assert (await ask(port, "/readyz")).status == HTTPStatus.OK

    asyncio.run(scenario())

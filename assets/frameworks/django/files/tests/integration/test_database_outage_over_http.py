"""What callers see of an outage: 503 with Retry-After in time, never a 500 or a thread that hangs."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse
from urllib.parse import urlsplit
{% if not can_list %}
from uuid import UUID
{% endif %}

import pytest

from tests.fixtures.{{ noun }}_json import URL
from tests.fixtures.process import get, running
from tests.fixtures.tcp_proxy import TcpProxy

{% if can_list %}
READ, WORKS = URL, 200
{% else %}
READ, WORKS = f"{URL}/{UUID(int=0)}", 404
{% endif %}
THREADS = 4


@pytest.fixture
def proxy(environment: dict[str, str]) -> Generator[TcpProxy]:
    url = urlsplit(environment["DATABASE_URL"])
    proxy = TcpProxy(url.hostname or "", url.port or 5432)
    yield proxy
    proxy.refuse()


@pytest.fixture
def port(environment: dict[str, str], proxy: TcpProxy) -> Generator[int]:
    """Return the port of a server that reaches its database through the proxy."""
    url = urlsplit(environment["DATABASE_URL"])
    user, _, host = url.netloc.rpartition("@")
    through = url._replace(netloc=f"{user}@{host.partition(':')[0]}:{proxy.port}").geturl()
    chosen = {"DATABASE_URL": through, "DATABASE_STATEMENT_TIMEOUT": "2", "THREADS": str(THREADS)}
    with running({**environment, **chosen}) as (_, port):
        yield port


def ask(port: int, requests: int) -> list[HTTPResponse]:
    """Send these requests at once."""
    with ThreadPoolExecutor(requests) as threads:
        return list(threads.map(get, [port] * requests, [READ] * requests))


def test_a_frozen_database_is_told_to_each_of_many_in_time_and_works_again_afterwards(
    proxy: TcpProxy, port: int
) -> None:
    assert get(port, READ).status == WORKS

    proxy.freeze()
    responses = ask(port, 2 * THREADS)
    not_ready, alive = get(port, "/readyz"), get(port, "/healthz")
    proxy.thaw()

    assert {response.status for response in responses} == {503}
    assert {response.headers["retry-after"] for response in responses} == {"2"}
    assert (not_ready.status, alive.status) == (503, 200)
    assert {response.status for response in ask(port, THREADS)} == {WORKS}


def test_a_restart_between_two_requests_goes_unnoticed(proxy: TcpProxy, port: int) -> None:
    for _ in range(2 * THREADS):
        assert get(port, READ).status == WORKS
        proxy.cut()


def test_a_database_that_is_down_is_told_at_once(proxy: TcpProxy, port: int) -> None:
    assert get(port, READ).status == WORKS
    proxy.refuse()
    down, not_ready = get(port, READ), get(port, "/readyz")
    proxy.listen()

    assert (down.status, not_ready.status) == (503, 503)
    assert get(port, READ).status == WORKS
    assert get(port, "/readyz").status == 200

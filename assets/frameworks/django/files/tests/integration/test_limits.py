{% set read = 422 if "+example" in uses else 200 %}
"""The limits of a request body, on a server with two threads, of which one may wait for bodies."""

import socket
from collections.abc import Generator
from contextlib import ExitStack, closing

import pytest

from tests.fixtures.client import TestClient
from tests.fixtures.example import METHOD, PATH
from tests.fixtures.process import PATIENCE, answer, begin, connect, get, running


@pytest.fixture(scope="module")
def port(environment: dict[str, str]) -> Generator[int]:
    with running({**environment, "THREADS": "2", "MAX_BODY_BYTES": "1000", "KEEP_ALIVE_SECONDS": "2"}) as (_, port):
        yield port


def status_of(port: int, *, body: bytes, length: int) -> int:
    with closing(begin(port, METHOD, PATH, body=body, length=length)) as connection:
        return answer(connection).status


def test_a_body_that_is_too_large_gets_413_before_it_is_read(port: int) -> None:
    assert status_of(port, body=b"x" * 1000, length=1000) == {{ read }}
    assert status_of(port, body=b"", length=1001) == 413


def test_a_chunked_body_gets_411_because_wsgi_would_show_it_as_empty(port: int) -> None:
    with closing(connect(port)) as connection:
        connection.putrequest(METHOD, PATH)
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()  # the response comes before a chunk, and ends the connection

        assert answer(connection).status == 411


def test_a_response_that_does_not_wait_for_the_body_ends_the_connection(port: int) -> None:
    for path in ("/nowhere", "/healthz"):
        with closing(begin(port, "POST", path, body=b"", length=2)) as connection:
            assert answer(connection).headers["connection"] == "close"


def test_a_body_that_ends_early_reaches_no_view(client: TestClient) -> None:
    assert client.request(METHOD, PATH, content=b"{}", headers={"content-length": "3"}).status_code == 400


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHo"], ids=["silent", "half a head"])
def test_a_connection_without_a_whole_request_is_closed_after_a_while(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(sent)

        assert connection.recv(1) == b""


def test_half_heads_and_half_bodies_leave_a_thread_for_everything_else(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(20):
            half_head = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            half_head.send(b"GET / HTTP/1.1\r\nHo")
        half_body = stack.enter_context(closing(begin(port, METHOD, PATH, body=b"[", length=2)))
        while (response := status_of(port, body=b"[]", length=2)) != 503:
            assert response == {{ read }}, "the half body has not arrived yet"

        assert status_of(port, body=b"[", length=2) == 503
        assert get(port, "/readyz").status == 200
        half_body.send(b"]")
        assert answer(half_body).status == {{ read }}

    assert status_of(port, body=b"[]", length=2) == {{ read }}


def test_a_client_that_leaves_within_a_body_frees_its_thread(port: int) -> None:
    begin(port, METHOD, PATH, body=b"[", length=2).close()

    while status_of(port, body=b"[]", length=2) != {{ read }}:
        """The server has not noticed yet."""

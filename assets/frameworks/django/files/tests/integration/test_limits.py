"""The limits of a request body, on a server with two threads, of which one may wait for bodies."""

import socket
from collections.abc import Generator
from contextlib import ExitStack, closing
from http import HTTPStatus

import pytest

from tests.fixtures.client import TestClient
from tests.fixtures.example import METHOD, PATH
from tests.fixtures.process import PATIENCE, answer, begin, connect, get, running
from tests.fixtures.wire import document


@pytest.fixture(scope="module")
def port(environment: dict[str, str]) -> Generator[int]:
    with running({**environment, "THREADS": "2", "MAX_BODY_BYTES": "1000", "KEEP_ALIVE_SECONDS": "2"}) as (_, port):
        yield port


def status_of(port: int, *, body: bytes, length: int) -> int:
    with closing(begin(port, METHOD, PATH, body=body, length=length)) as connection:
        return answer(connection).status


@pytest.mark.parametrize(("body", "length", "expected"), [(b"x" * 1000, 1000, 422), (b"", 1001, 413)])
def test_a_body_that_is_too_large_gets_413_before_it_is_read(port: int, body: bytes, length: int, expected: int) -> None:
    with closing(begin(port, METHOD, PATH, body=body, length=length)) as connection:
        response = answer(connection)

    assert response.status == expected
    assert response.headers["content-type"] == "application/problem+json"


def test_a_chunked_body_gets_411_because_wsgi_would_show_it_as_empty(port: int) -> None:
    with closing(connect(port)) as connection:
        connection.putrequest(METHOD, PATH)
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()  # the response comes before a chunk, and ends the connection
        response = answer(connection)

    assert response.status == 411
    assert response.headers["content-type"] == "application/problem+json"


def test_a_body_that_ends_early_reaches_no_view(client: TestClient) -> None:
    response = client.request(METHOD, PATH, content=b"{}", headers={"content-length": "3"})

    assert response.status_code == 400
    assert document(response)["detail"] == "The request body ended early."


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
        while (response := status_of(port, body=b"[]", length=2)) != HTTPStatus.SERVICE_UNAVAILABLE:
            assert response == HTTPStatus.UNPROCESSABLE_ENTITY, "the half body has not arrived yet"

        assert status_of(port, body=b"[", length=2) == HTTPStatus.SERVICE_UNAVAILABLE
        assert get(port, "/readyz").status == HTTPStatus.OK
        half_body.send(b"]")
        assert answer(half_body).status == HTTPStatus.UNPROCESSABLE_ENTITY

    assert status_of(port, body=b"[]", length=2) == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_client_that_leaves_within_a_body_frees_its_thread(port: int) -> None:
    begin(port, METHOD, PATH, body=b"[", length=2).close()

    while status_of(port, body=b"[]", length=2) != HTTPStatus.UNPROCESSABLE_ENTITY:
        """The server has not noticed yet."""

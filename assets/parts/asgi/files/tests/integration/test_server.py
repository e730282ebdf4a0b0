"""The HTTP server on real sockets: slow, large and odd requests, too many connections."""

import asyncio
import resource
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from typing import cast
from unittest.mock import patch

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.lifespan.off import LifespanOff
from uvicorn.server import ServerState

from {{ package }}.api.server import BoundedProtocol, GracefulServer, connection_limit

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
EMPTY = HEAD + b"Content-Length: 0\r\n\r\n"
CLOSE = HEAD + b"Connection: close\r\n"
CHUNKED = CLOSE + b"Transfer-Encoding: chunked\r\n\r\n"
OFFER = HEAD + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Respond with the names of the headers and the body."""
    request = Request(scope, receive)
    names = ",".join(request.headers.keys()).encode()
    await Response(names + b"|" + await request.body(), status_code=201)(scope, receive, send)


@asynccontextmanager
async def serving(limit: int | None = None, keep_alive: int = 5) -> AsyncGenerator[tuple[int, ServerState]]:
    """Serve `echo`, and yield the port and the state of the server."""
    config = uvicorn.Config(echo, ws="none", log_config=None, limit_concurrency=limit, timeout_keep_alive=keep_alive)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: BoundedProtocol(config, state, {}), "127.0.0.1", 0)
    async with server:
        try:
            yield cast("int", server.sockets[0].getsockname()[1]), state
        finally:
            for connection in cast("set[BoundedProtocol]", state.connections):
                connection.transport.abort()


async def read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Return what comes back until the server closes the connection."""
    async with asyncio.timeout(10):
        response = await reader.read()
    writer.close()
    return response


async def send(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    return await read(reader, writer)


async def response_to(sent: bytes) -> bytes:
    async with serving() as (port, _):
        return await send(port, sent)


async def begin(port: int, head: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send a head, and return once the application waits for the body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head + b"Expect: 100-continue\r\n\r\n")
    await reader.readuntil(b"100 Continue\r\n\r\n")
    return reader, writer


def status(response: bytes) -> int:
    return int(response.split(b" ", 2)[1])


REJECTED = {
    "a header that does not end": (CLOSE + b"X-Endless: " + b"x" * 1_100, 431),
    "a chunk extension that is too large": (CHUNKED + b"1;" + b"x" * 2_100 + b"\r\nx\r\n0\r\n\r\n", 431),
    "a trailer that is too large": (CHUNKED + b"1\r\nx\r\n0\r\nX-Trailer: " + b"x" * 2_100 + b"\r\n\r\n", 431),
    "no HTTP": (b"hello\r\n\r\n", 400),
    "a tunnel": (b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n" + CLOSE + b"\r\n", 501),
}


@pytest.mark.parametrize(("sent", "rejection"), REJECTED.values(), ids=REJECTED)
async def test_what_is_too_large_or_no_request_gets_one_problem_document(
    monkeypatch: pytest.MonkeyPatch, sent: bytes, rejection: int
) -> None:
    monkeypatch.setattr(BoundedProtocol, "head_bytes", 1_000)
    monkeypatch.setattr(BoundedProtocol, "allowance", 1_000)

    response = await response_to(sent)

    assert status(response) == rejection
    assert b"application/problem+json" in response
    assert b"nosniff" in response
    assert response.count(b"HTTP/1.1") == 1


async def test_a_usual_head_and_any_body_are_within_the_limit() -> None:
    head = CLOSE + b"X-Long: " + b"x" * 60_000 + b"\r\nContent-Length: 1000000\r\n\r\n"

    response = await response_to(head + b"y" * 1_000_000)

    assert status(response) == 201
    assert response.count(b"y") == 1_000_000


async def test_a_head_that_is_late_gets_408_and_a_body_has_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedProtocol, "head_seconds", 0)
    async with serving() as (port, _):
        reader, writer = await begin(port, CLOSE + b"Content-Length: 1\r\n")
        writer.write(b"x")

        assert status(await read(reader, writer)) == 201
        assert [status(await send(port, late)) for late in (b"GET", HEAD + b"X: x\r\n")] == [408, 408]


async def test_a_head_that_drips_gets_no_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedProtocol, "head_seconds", 0.1)
    async with serving() as (port, state):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(EMPTY)
        await reader.readuntil(b"|")
        with closing(writer):
            writer.write(HEAD)
            async with asyncio.timeout(10):
                while state.connections:
                    writer.write(b"X: x\r\n")
                    await asyncio.sleep(0.01)


async def test_the_time_for_a_head_begins_when_the_response_before_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedProtocol, "head_seconds", 0.1)
    async with serving(keep_alive=600) as (port, _):
        reader, writer = await begin(port, HEAD + b"Content-Length: 1\r\n")
        writer.write(b"x" + HEAD)
        responses = await read(reader, writer)

    assert [responses.count(code) for code in (b" 201 ", b" 408 ")] == [1, 1]


async def test_an_idle_connection_is_closed_after_the_keep_alive_time() -> None:
    async with serving(keep_alive=1) as (port, _):
        sent = (b"", b"\r\n", EMPTY, EMPTY + b"\r\n")
        responses = await asyncio.gather(*(send(port, piece) for piece in sent))

    assert [response.count(b" 201 ") for response in responses] == [0, 0, 1, 1]


async def test_a_broken_pipelined_request_gets_no_response_in_place_of_the_one_before() -> None:
    assert await response_to(EMPTY + b"broken\r\n\r\n") == b""


async def test_trailers_never_arrive_as_headers() -> None:
    response = await response_to(CHUNKED + b"1\r\na\r\n0\r\nAuthorization: Bearer x\r\nX-Role: admin\r\n\r\n")

    assert response.endswith(b"host,connection,transfer-encoding|a")


@pytest.mark.parametrize("offered", [b"h2c", b"websocket"])
async def test_an_offer_to_upgrade_is_ignored_and_its_body_is_never_the_next_request(offered: bytes) -> None:
    body = b"GET /smuggled HTTP/1.1\r\n\r\n"
    async with serving() as (port, _):
        reader, writer = await begin(port, OFFER.replace(b"h2c", offered) + b"Content-Length: %d\r\n" % len(body))
        writer.write(body + CLOSE + b"\r\n")
        response = await read(reader, writer)

    assert b"host,connection,http2-settings,content-length,expect|" + body in response
    assert response.count(b" 201 ") == 2


async def test_pipelined_requests_and_offers_to_upgrade_get_their_responses_in_order() -> None:
    first, last = HEAD + b"Content-Length: 1\r\n\r\na", CLOSE + b"Content-Length: 1\r\n\r\nb"

    response = await response_to(first + (OFFER + b"Content-Length: 0\r\n\r\n") * 600 + last)

    assert response.count(b" 201 ") == 602
    assert response.index(b"|a") < response.index(b"|b")


async def test_connections_beyond_the_limit_are_closed_and_that_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(limit=2) as (port, _):
        kept, leaving = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        assert [await send(port, b"") for _ in range(3)] == [b""] * 3
        logged = [record.message for record in caplog.records if record.levelname == "WARNING"]
        leaving[1].write(CLOSE + b"\r\n")
        assert status(await read(*leaving)) == 201, "those within the limit are served"
        assert status(await send(port, CLOSE + b"\r\n")) == 201, "there is room again"
        kept[1].close()

    assert logged == ["connection limit (2) reached: new connections are closed"]


@pytest.fixture
def server() -> GracefulServer:
    server = GracefulServer(uvicorn.Config(echo, log_config=None), drain_seconds=3600)
    server.lifespan, server.servers = LifespanOff(server.config), []
    return server


async def test_ctrl_c_ends_a_drain(server: GracefulServer) -> None:
    draining = asyncio.create_task(server.shutdown())
    await asyncio.sleep(0)
    server.handle_exit(signal.SIGINT, None)

    async with asyncio.timeout(10):
        await draining


async def test_while_the_server_drains_a_request_from_before_says_connection_close(server: GracefulServer) -> None:
    async with serving() as (port, server.server_state):
        reader, writer = await begin(port, HEAD + b"Content-Length: 1\r\n")
        server.server_state.default_headers = []  # as uvicorn does every second
        draining = asyncio.create_task(server.shutdown())
        await asyncio.sleep(0)
        writer.write(b"x")

        assert b"connection: close" in await read(reader, writer)
        draining.cancel()


def test_the_connection_limit_fits_the_descriptor_limit_and_a_lower_one_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with patch.object(resource, "getrlimit", return_value=(256, 4096)):
        assert [connection_limit(wanted) for wanted in (100, 900)] == [100, 156]

    assert caplog.messages == ["connection limit is 156 instead of 900: ulimit -n is 256"]

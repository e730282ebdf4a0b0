"""The HTTP server on real sockets: slow, large and odd requests, too many connections."""

import asyncio
import resource
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import cast, override
from unittest.mock import call, patch

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from {{ package }}.api.server import BoundedProtocol, connection_limit

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
EMPTY = HEAD + b"Content-Length: 0\r\n\r\n"
CLOSE = HEAD + b"Connection: close\r\n"
CHUNKED = CLOSE + b"Transfer-Encoding: chunked\r\n\r\n"
OFFER = HEAD + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Echo:
    """Responds with the names of the headers and the body, once the body is complete."""

    def __init__(self) -> None:
        self.called: asyncio.Event = asyncio.Event()
        self.ended: asyncio.Event = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.called.set()
        body, more = b"", True
        while more:
            message = await receive()
            body += cast("bytes", message.get("body", b""))
            more = bool(message.get("more_body"))
        names = b",".join(name for name, _ in cast("list[tuple[bytes, bytes]]", scope["headers"]))
        await self.respond(names + b"|" + body, send)
        self.ended.set()

    async def respond(self, body: bytes, send: Send) -> None:
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 201, "headers": [length]})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Let the time for a head end whenever bytes arrive without completing one. The event is set at each arrival."""
    receive = BoundedProtocol.data_received
    received = asyncio.Event()

    def receive_and_expire(protocol: BoundedProtocol, data: bytes) -> None:
        receive(protocol, data)
        if protocol.head_due_since is not None:
            protocol.head_due_since = None
            protocol.reject_late_head()
        received.set()

    monkeypatch.setattr(BoundedProtocol, "data_received", receive_and_expire)
    return received


@pytest.fixture
def small_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedProtocol, "head_bytes", 1_000)
    monkeypatch.setattr(BoundedProtocol, "allowance", 1_000)


@asynccontextmanager
async def serving(app: Echo, *, limit: int | None = None, keep_alive: int = 5) -> AsyncGenerator[int]:
    """Serve an application, and yield the port."""
    config = uvicorn.Config(app, ws="none", log_config=None, limit_concurrency=limit, timeout_keep_alive=keep_alive)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: BoundedProtocol(config, state, {}), "127.0.0.1", 0)
    async with server:
        try:
            yield cast("int", server.sockets[0].getsockname()[1])
        finally:
            for connection in cast("set[HttpToolsProtocol]", state.connections):
                connection.transport.abort()


async def send(port: int, *pieces: bytes) -> bytes:
    """Send a request, and return what comes back until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    response = await read(reader)
    writer.close()
    return response


async def read(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(10):
        return await reader.read()


async def echo(*pieces: bytes, keep_alive: int = 5) -> bytes:
    async with serving(Echo(), keep_alive=keep_alive) as port:
        return await send(port, *pieces)


def status(response: bytes) -> int:
    return int(response.split(b" ", 2)[1])


@pytest.mark.usefixtures("small_heads")
@pytest.mark.parametrize(
    "sent",
    [
        CLOSE + b"X-Long: " + b"x" * 1_100 + b"\r\n\r\n",
        CLOSE + b"X-Endless: " + b"x" * 1_100,
        CLOSE + b"X: x\r\n" * 200 + b"\r\n",
        b"GET /" + b"x" * 1_100,
        CHUNKED + b"1;" + b"x" * 2_100 + b"\r\nx\r\n0\r\n\r\n",
        CHUNKED + b"1\r\nx\r\n0\r\nX-Trailer: " + b"x" * 2_100 + b"\r\n\r\n",
    ],
    ids=["one header", "a header that does not end", "many headers", "the path", "a chunk extension", "a trailer"],
)
async def test_a_head_chunk_extension_or_trailer_that_is_too_large_gets_431(sent: bytes) -> None:
    response = await echo(sent)

    assert status(response) == 431
    assert b"application/problem+json" in response
    assert response.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("size", [60_000, 1_000_000])
async def test_that_limit_allows_a_usual_head_and_any_body(size: int) -> None:
    head = CLOSE + b"X-Long: " + b"x" * 60_000 + b"\r\nContent-Length: %d\r\n\r\n" % size

    response = await echo(head, b"x" * size)

    assert status(response) == 201
    assert response.count(b"x") > size


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("beginning", [b"GET", HEAD, HEAD + b"X: x\r\n"])
async def test_a_head_that_is_late_gets_408(beginning: bytes) -> None:
    assert status(await echo(beginning)) == 408


async def test_a_connection_on_which_nothing_is_sent_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedProtocol, "head_seconds", 0)
    monkeypatch.setattr(BoundedProtocol, "tick_seconds", 0.01)

    assert await echo(b"") == b""


@pytest.mark.usefixtures("impatient")
async def test_a_connection_on_which_only_empty_lines_are_sent_is_closed() -> None:
    assert await echo(b"\r\n") == b""


async def test_an_idle_connection_is_closed_after_the_keep_alive_time() -> None:
    assert status(await echo(EMPTY, keep_alive=0)) == 201


@pytest.mark.usefixtures("impatient")
async def test_after_a_response_empty_lines_do_not_keep_a_connection_open() -> None:
    async with serving(Echo(), keep_alive=3600) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(EMPTY)
        assert b"201" in await reader.readuntil(b"|")
        writer.write(b"\r\n")

        assert await read(reader) == b""
        writer.close()


@pytest.mark.usefixtures("impatient")
async def test_a_response_that_is_due_is_sent_before_a_late_pipelined_head_ends_the_connection() -> None:
    response = await echo(EMPTY + b"GET /late")

    assert status(response) == 201
    assert b"connection: close" in response
    assert response.count(b"HTTP/1.1") == 1


@pytest.mark.usefixtures("impatient")
async def test_the_time_for_a_head_does_not_bound_the_response() -> None:
    response = await echo(EMPTY, keep_alive=0)

    assert status(response) == 201
    assert b"connection: close" not in response


async def test_trailers_never_arrive_as_headers() -> None:
    response = await echo(CHUNKED + b"1\r\na\r\n0\r\nAuthorization: Bearer x\r\nX-Role: admin\r\n\r\n")

    assert response.endswith(b"host,connection,transfer-encoding|a")


@pytest.mark.parametrize("offered", ["h2c", "websocket"])
async def test_an_offer_to_upgrade_is_ignored(offered: str) -> None:
    head = OFFER.replace(b"h2c", offered.encode()) + b"Content-Length: 3\r\n\r\n"

    response = await echo(head + b"abc", keep_alive=0)

    assert status(response) == 201
    assert response.endswith(b"host,connection,http2-settings,content-length|abc")
    assert response.count(b"HTTP/1.1") == 1


async def test_the_body_of_an_offer_to_upgrade_is_never_the_next_request() -> None:
    app = Echo()
    body = b"GET /smuggled HTTP/1.1\r\n\r\n"
    async with serving(app, keep_alive=0) as port, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(OFFER + b"Content-Length: %d\r\n\r\n" % len(body))
        await app.called.wait()
        writer.write(body)
        response = await read(reader)
        writer.close()

    assert response.endswith(b"|" + body)
    assert response.count(b" 201 ") == 1


async def test_a_tunnel_is_rejected() -> None:
    assert status(await echo(b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n" + GET)) == 501


@pytest.mark.usefixtures("small_heads")
async def test_pipelined_requests_get_their_responses_in_order() -> None:
    response = await echo(
        HEAD + b"Content-Length: 1\r\n\r\na" + GET * 100 + CLOSE + b"Content-Length: 1\r\n\r\nb"
    )

    assert response.count(b" 201 ") == 102
    assert response.index(b"|a") < response.index(b"|b")


async def test_more_pipelined_requests_than_the_limit_end_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedProtocol, "pipeline_limit", 10)

    assert (await echo(GET * 100)).count(b" 201 ") < 100


async def test_many_offers_to_upgrade_in_one_read_are_ignored() -> None:
    offer = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"

    response = await echo(offer * 900 + CLOSE.replace(b"POST", b"GET") + b"\r\n")

    assert response.count(b" 201 ") == 901


async def test_a_response_before_the_body_of_its_request_keeps_the_connection_alive(impatient: asyncio.Event) -> None:
    class Early(Echo):
        @override
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.respond(b"early", send)

    async with serving(Early(), keep_alive=3600) as port, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD + b"Content-Length: 1\r\n\r\n")
        await reader.readuntil(b"early")
        impatient.clear()
        writer.write(b"x")
        await impatient.wait()
        writer.write(CLOSE + b"\r\n")

        assert status(await read(reader)) == 201
        writer.close()


async def test_a_broken_pipelined_request_gets_no_response_in_place_of_the_one_before() -> None:
    assert await echo(EMPTY + b"broken\r\n\r\n") == b""


async def test_what_is_not_http_gets_a_problem_document() -> None:
    response = await echo(b"hello\r\n\r\n")

    assert status(response) == 400
    assert b"application/problem+json" in response


async def test_connections_beyond_the_limit_are_closed_and_that_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(Echo(), limit=2) as port:
        kept, leaving = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        assert [await send(port, b"") for _ in range(3)] == [b""] * 3
        leaving[1].write(CLOSE + b"\r\n")
        assert status(await read(leaving[0])) == 201, "those within the limit are served"
        assert status(await send(port, CLOSE + b"\r\n")) == 201, "there is room again"
        for _, writer in (kept, leaving):
            writer.close()

    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "connection limit (2) reached: new connections are closed",
        "connection limit (2) no longer reached",
    ]


async def test_the_connection_of_a_client_that_never_reads_is_aborted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Large(Echo):
        @override
        async def respond(self, body: bytes, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(20):
                await send({"type": "http.response.body", "body": body + b"x" * 1_000_000, "more_body": True})
            await send({"type": "http.response.body"})

    monkeypatch.setattr(BoundedProtocol, "reader_seconds", 0.01)
    monkeypatch.setattr(BoundedProtocol, "tick_seconds", 0.01)
    app = Large()
    async with serving(app) as port, asyncio.timeout(10):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(EMPTY)
            await app.ended.wait()


@pytest.mark.parametrize(
    ("limits", "allowed", "raised"),
    [
        ((4096, 4096), 1_000, []),
        ((256, 4096), 1_000, [call(resource.RLIMIT_NOFILE, (1_100, 4096))]),
        ((256, 512), 412, [call(resource.RLIMIT_NOFILE, (512, 512))]),
        ((256, -1), 1_000, [call(resource.RLIMIT_NOFILE, (1_100, -1))]),
    ],
)
def test_the_connection_limit_fits_the_descriptor_limit_which_is_raised_first(
    caplog: pytest.LogCaptureFixture, limits: tuple[int, int], allowed: int, raised: list[object]
) -> None:
    with (
        patch.object(resource, "RLIM_INFINITY", -1),
        patch.object(resource, "getrlimit", return_value=limits),
        patch.object(resource, "setrlimit") as setrlimit,
    ):
        assert connection_limit(1_000) == allowed

    assert setrlimit.call_args_list == raised
    assert len(caplog.messages) == (1 if allowed < 1_000 else 0), "a lower limit is logged"


async def test_canary_uvicorn_has_the_undocumented_attributes_that_the_server_uses() -> None:
    config = uvicorn.Config(Echo(), ws="none", log_config=None)
    protocol = HttpToolsProtocol(config, ServerState(), {})
    protocol.on_message_begin()
    of_protocol = {"connections", "cycle", "headers", "limit_concurrency", "parser", "pipeline"}
    of_protocol |= {"shutdown", "timeout_keep_alive_handler", "timeout_keep_alive_task", "transport", "url"}

    assert of_protocol <= set(dir(protocol)), "look at api/server.py again before uvicorn is upgraded"
    assert {"handle_exit", "server_state", "shutdown", "should_exit"} <= set(dir(uvicorn.Server(config)))

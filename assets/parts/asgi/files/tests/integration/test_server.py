"""The HTTP server under attack, on real sockets: slow, large and odd requests, too many connections."""

import asyncio
import resource
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import cast, override

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from {{ package }}.api.server import BoundedProtocol, connection_limit

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
CLOSE = HEAD + b"Connection: close\r\n"
CHUNKED = CLOSE + b"Transfer-Encoding: chunked\r\n\r\n"
OFFER = HEAD + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"


class Echo:
    """Answers with the names of the headers and the body, once all of it is there."""

    def __init__(self) -> None:
        self.asked: asyncio.Event = asyncio.Event()
        self.ended: asyncio.Event = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.set()
        body = b""
        more = True
        while more:
            message = await receive()
            body += cast("bytes", message.get("body", b""))
            more = bool(message.get("more_body"))
        names = b",".join(name for name, _ in cast("list[tuple[bytes, bytes]]", scope["headers"]))
        await self.answer(names + b"|" + body, send)
        self.ended.set()

    async def answer(self, body: bytes, send: Send) -> None:
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 201, "headers": [length]})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Take the time for a head to be over when bytes have been received and no head is complete; tell of the bytes."""
    receive = BoundedProtocol.data_received
    received = asyncio.Event()

    def receive_and_expire(protocol: BoundedProtocol, data: bytes) -> None:
        receive(protocol, data)
        if protocol.head_timer is not None:
            protocol.stop_head_timer()
            protocol.head_expired()
        received.set()

    monkeypatch.setattr(BoundedProtocol, "data_received", receive_and_expire)
    return received


@asynccontextmanager
async def serving(app: Echo, *, limit: int | None = None, keep_alive: int = 5) -> AsyncGenerator[int]:
    """Serve an application, and return the port."""
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


async def sent(port: int, *pieces: bytes) -> bytes:
    """Send a request, and return everything that comes back until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    answer = await read(reader)
    writer.close()
    return answer


async def read(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(10):
        return await reader.read()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "request_",
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
async def test_a_head_or_what_surrounds_a_body_is_bounded_in_size(
    monkeypatch: pytest.MonkeyPatch, request_: bytes
) -> None:
    monkeypatch.setattr(BoundedProtocol, "head_bytes", 1_000)
    monkeypatch.setattr(BoundedProtocol, "allowance", 1_000)
    async with serving(Echo()) as port:
        answer = await sent(port, request_)

    assert status(answer) == 431
    assert b"application/problem+json" in answer
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("size", [60_000, 1_000_000])
async def test_a_body_and_a_usual_head_are_not_bounded_by_it(size: int) -> None:
    head = CLOSE + b"X-Long: " + b"x" * 60_000 + b"\r\nContent-Length: %d\r\n\r\n" % size
    async with serving(Echo()) as port:
        answer = await sent(port, head, b"x" * size)

    assert status(answer) == 201
    assert answer.count(b"x") > size


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("beginning", [b"GET", HEAD, HEAD + b"X: x\r\n"])
async def test_a_head_that_is_late_is_answered_408(beginning: bytes) -> None:
    async with serving(Echo()) as port:
        assert status(await sent(port, beginning)) == 408


async def test_a_connection_on_which_nothing_is_sent_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedProtocol, "head_seconds", 0.01)
    async with serving(Echo()) as port:
        assert await sent(port, b"") == b""


@pytest.mark.usefixtures("impatient")
async def test_a_connection_on_which_only_empty_lines_are_sent_is_closed() -> None:
    async with serving(Echo()) as port:
        assert await sent(port, b"\r\n") == b""


async def test_the_keep_alive_time_ends_an_idle_connection() -> None:
    async with serving(Echo(), keep_alive=0) as port:
        answer = await sent(port, HEAD + b"Content-Length: 0\r\n\r\n")

    assert status(answer) == 201


@pytest.mark.usefixtures("impatient")
async def test_after_an_answer_empty_lines_do_not_keep_a_connection_open() -> None:
    async with serving(Echo(), keep_alive=3600) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD + b"Content-Length: 0\r\n\r\n")
        assert b"201" in await reader.readline()
        await reader.readuntil(b"|")
        writer.write(b"\r\n")

        assert await read(reader) == b""
        writer.close()


@pytest.mark.usefixtures("impatient")
async def test_an_answer_that_is_due_is_sent_before_a_late_pipelined_head_ends_the_connection() -> None:
    async with serving(Echo()) as port:
        answer = await sent(port, HEAD + b"Content-Length: 0\r\n\r\nGET /late")

    assert status(answer) == 201
    assert b"connection: close" in answer
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.usefixtures("impatient")
async def test_the_time_for_a_head_does_not_bound_the_answer() -> None:
    async with serving(Echo(), keep_alive=0) as port:
        answer = await sent(port, HEAD + b"Content-Length: 0\r\n\r\n")

    assert status(answer) == 201
    assert b"connection: close" not in answer


async def test_trailers_never_arrive_as_headers() -> None:
    trailers = b"Authorization: Bearer x\r\nX-Role: admin\r\n"
    async with serving(Echo()) as port:
        answer = await sent(port, CHUNKED + b"1\r\na\r\n0\r\n" + trailers + b"\r\n")

    assert answer.endswith(b"host,connection,transfer-encoding|a")


@pytest.mark.parametrize("offered", ["h2c", "websocket"])
async def test_an_offer_to_upgrade_is_ignored(offered: str) -> None:
    head = OFFER.replace(b"h2c", offered.encode()) + b"Content-Length: 3\r\n\r\n"
    async with serving(Echo(), keep_alive=0) as port:
        answer = await sent(port, head + b"abc")

    assert status(answer) == 201
    assert answer.endswith(b"host,connection,http2-settings,content-length|abc")
    assert answer.count(b"HTTP/1.1") == 1


async def test_an_offer_to_upgrade_with_head_and_body_apart_gets_one_answer() -> None:
    app = Echo()
    body = b"GET /smuggled HTTP/1.1\r\n\r\n"
    async with serving(app, keep_alive=0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(OFFER + b"Content-Length: %d\r\n\r\n" % len(body))
        async with asyncio.timeout(10):
            await app.asked.wait()
        writer.write(body)
        answer = await read(reader)
        writer.close()

    assert status(answer) == 201
    assert answer.endswith(b"|" + body)
    assert answer.count(b" 201 ") == 1


async def test_a_tunnel_is_refused() -> None:
    async with serving(Echo()) as port:
        assert status(await sent(port, b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n\r\n")) == 501


async def test_pipelined_requests_are_answered_in_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(BoundedProtocol, "head_bytes", 1_000)
    monkeypatch.setattr(BoundedProtocol, "allowance", 1_000)
    bare = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    async with serving(Echo()) as port:
        first = HEAD + b"Content-Length: 1\r\n\r\na"
        answer = await sent(port, first + bare * 100 + CLOSE + b"Content-Length: 1\r\n\r\nb")

    assert answer.count(b" 201 ") == 102
    assert answer.index(b"|a") < answer.index(b"|b")


async def test_more_pipelined_requests_than_the_limit_end_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedProtocol, "pipeline_limit", 10)
    async with serving(Echo()) as port:
        answer = await sent(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 100)

    assert answer.count(b" 201 ") < 100


async def test_many_offers_to_upgrade_in_one_read_are_ignored_one_after_the_other() -> None:
    offer = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    async with serving(Echo()) as port:
        answer = await sent(port, offer * 900 + CLOSE.replace(b"POST", b"GET") + b"\r\n")

    assert answer.count(b" 201 ") == 901


async def test_a_connection_is_kept_alive_also_if_its_response_came_before_the_body_of_its_request(
    impatient: asyncio.Event,
) -> None:
    class Early(Echo):
        @override
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.answer(b"early", send)

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


async def test_a_broken_pipelined_request_is_not_answered_in_place_of_the_one_before() -> None:
    async with serving(Echo()) as port:
        assert await sent(port, HEAD + b"Content-Length: 0\r\n\r\nbroken\r\n\r\n") == b""


async def test_what_is_no_http_gets_a_problem_document() -> None:
    async with serving(Echo()) as port:
        answer = await sent(port, b"hello\r\n\r\n")

    assert status(answer) == 400
    assert b"application/problem+json" in answer


async def test_connections_beyond_the_connection_limit_are_closed_and_that_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(Echo(), limit=2) as port:
        kept, leaving = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        assert [await sent(port, b"") for _ in range(3)] == [b""] * 3
        leaving[1].write(CLOSE + b"\r\n")
        assert status(await read(leaving[0])) == 201, "those within the limit are served"
        assert status(await sent(port, CLOSE + b"\r\n")) == 201, "there is room again"
        for _, writer in (kept, leaving):
            writer.close()

    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "connection limit (2) reached: new connections are closed",
        "connection limit (2) no longer reached",
    ]


async def test_a_client_that_never_reads_its_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    class Large(Echo):
        @override
        async def answer(self, body: bytes, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(20):
                await send({"type": "http.response.body", "body": body + b"x" * 1_000_000, "more_body": True})
            await send({"type": "http.response.body"})

    monkeypatch.setattr(BoundedProtocol, "reader_seconds", 0.01)
    app = Large()
    async with serving(app) as port, asyncio.timeout(10):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(HEAD + b"Content-Length: 0\r\n\r\n")
            await app.ended.wait()


@pytest.mark.parametrize(
    ("soft", "hard", "allowed", "raised_to"),
    [(4096, 4096, 1_000, 4096), (256, 4096, 1_000, 1_100), (256, 512, 412, 512), (256, -1, 1_000, 1_100)],
)
def test_the_connection_limit_stays_below_the_descriptor_limit_which_is_raised_first(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, allowed: int, raised_to: int
) -> None:
    limits = [(soft, hard)]

    def getrlimit(_kind: int) -> tuple[int, int]:
        return limits[-1]

    def setrlimit(_kind: int, both: tuple[int, int]) -> None:
        limits.append(both)

    monkeypatch.setattr(resource, "getrlimit", getrlimit)
    monkeypatch.setattr(resource, "setrlimit", setrlimit)
    monkeypatch.setattr(resource, "RLIM_INFINITY", -1)

    assert connection_limit(1_000) == allowed
    assert limits[-1] == (raised_to, hard)


async def test_canary_uvicorn_has_the_undocumented_attributes_that_the_server_leans_on() -> None:
    config = uvicorn.Config(Echo(), ws="none", log_config=None)
    protocol = HttpToolsProtocol(config, ServerState(), {})
    protocol.on_message_begin()
    of_protocol = {"connections", "cycle", "headers", "limit_concurrency", "on_response_complete", "parser", "pipeline"}
    of_protocol |= {"shutdown", "timeout_keep_alive_handler", "timeout_keep_alive_task", "transport", "url"}

    assert of_protocol <= set(dir(protocol)), "look at api/server.py again before uvicorn is upgraded"
    assert {"handle_exit", "server_state", "shutdown", "should_exit"} <= set(dir(uvicorn.Server(config)))

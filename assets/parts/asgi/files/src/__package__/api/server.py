"""The HTTP server: bounds on what a client sends and how slowly it reads, a connection limit, graceful shutdown."""

import asyncio
import resource
import signal
import socket
from http import HTTPStatus
from time import monotonic
from types import FrameType
from typing import ClassVar, cast, final, override

import httptools
import uvicorn
from uvicorn.lifespan.on import LifespanOn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from {{ package }}.api.problems import problem
from {{ package }}.api.services import Services

_OTHER_DESCRIPTORS = 100


@final
class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with the bounds that it lacks. It serves no WebSockets.

    httptools reports a header only when it has read all of it, so bytes are counted on their way in: `allowance` is
    how many more are accepted before a head is complete or a part of a body arrives. Trailers and chunk extensions
    count as well; what comes in one read with the head before it may be twice as large.
    """

    head_bytes: ClassVar[int] = 65_536
    head_seconds: ClassVar[float] = 10
    reader_seconds: ClassVar[float] = 30
    pipeline_limit: ClassVar[int] = 1_000
    at_limit: ClassVar[bool] = False

    parser: httptools.HttpRequestParser  # None only once the connection is lost
    allowance = head_bytes
    in_head = False
    answering = False
    head_timer: asyncio.TimerHandle | None = None
    reader_timer: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:
        limit, self.limit_concurrency = self.limit_concurrency, None  # uvicorn's own limit answers 503 at `limit`
        if limit is not None and len(self.connections) >= limit:
            self.transport = transport
            self.report_limit(reached=True)
            transport.close()
            return
        super().connection_made(transport)
        self.start_head_timer()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.stop_head_timer()
        self.stop_reader_timer()
        if len(self.connections) < (self.config.limit_concurrency or 0) * 0.9:
            self.report_limit(reached=False)

    def report_limit(self, *, reached: bool) -> None:
        """Log when the connection limit is reached, and when a tenth of the connections is free again."""
        if reached != type(self).at_limit:
            type(self).at_limit = reached
            state = "reached: new connections are closed" if reached else "no longer reached"
            self.logger.warning("connection limit (%s) %s", self.config.limit_concurrency, state)

    @override
    def data_received(self, data: bytes) -> None:
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None
        while data and not self.transport.is_closing():
            piece, data = data[: self.allowance], data[self.allowance :]
            self.allowance -= len(piece)
            self.parse(piece)
            if not self.allowance:
                self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            elif len(self.pipeline) > self.pipeline_limit:
                self.refuse(HTTPStatus.TOO_MANY_REQUESTS)
        idle = not self.answering and self.timeout_keep_alive_task is None
        if self.head_timer is None and (self.in_head or idle):
            self.start_head_timer()

    def parse(self, data: bytes) -> None:
        """Feed the parser. An offer to upgrade is ignored: the head is parsed again without it."""
        while data and not self.transport.is_closing():
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as offer:
                data = self.head_without_upgrade() + data[cast("int", offer.args[0]) :]
                if self.parser.get_method() == b"CONNECT":
                    self.refuse(HTTPStatus.NOT_IMPLEMENTED)
            except httptools.HttpParserError:
                self.refuse(HTTPStatus.BAD_REQUEST)
            else:
                return

    def head_without_upgrade(self) -> bytes:
        """Return the head that has just been parsed, without its `Upgrade` header."""
        version = self.parser.get_http_version().encode()
        start = b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, version)
        lines = [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([start, *lines, b"", b""])

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head = True

    @override
    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            return  # `parse` reads this head again
        super().on_headers_complete()
        self.headers = []  # the request keeps its own list; trailers go into this one, which nobody reads
        self.in_head, self.answering, self.allowance = False, True, self.head_bytes
        self.stop_head_timer()

    @override
    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self.allowance = self.head_bytes

    @override
    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        super().on_message_complete()
        if not self.answering:  # the response was complete before the request: only now is the connection idle
            self.stop_head_timer()
            self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    @override
    def on_response_complete(self) -> None:
        self.answering = bool(self.pipeline)
        super().on_response_complete()
        if self.transport.is_closing():
            self.watch_reader()

    def head_expired(self) -> None:
        """Close a connection whose next head is late; answer 408 if some of it came."""
        if self.answering:
            self.shutdown()  # after the answers that are still due
        elif self.in_head:
            self.refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()

    def refuse(self, status: HTTPStatus) -> None:
        """Answer in place of the application, unless another answer is due first, and close the connection.

        A client that goes on sending may see a reset instead of the answer.
        """
        if self.transport.is_closing():
            return
        if not self.answering or not (self.in_head or self.pipeline or self.cycle.response_started):
            answer = problem(status, headers={"Connection": "close"})
            headers = b"".join(b"%b: %b\r\n" % header for header in answer.raw_headers)
            start = f"HTTP/1.1 {status} {status.phrase}\r\n".encode()
            self.transport.write(start + headers + b"\r\n" + bytes(answer.body))
        self.logger.info("request refused: %s %s", status.value, status.phrase)
        self.transport.close()
        self.watch_reader()

    @override
    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self.watch_reader()

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self.watch_reader()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self.stop_reader_timer()

    def watch_reader(self, unsent: int | None = None) -> None:
        """Cut the connection of a client that reads nothing of its answer for `reader_seconds`."""
        left = self.transport.get_write_buffer_size()
        if left == unsent:
            self.transport.abort()
        else:
            self.stop_reader_timer()
            self.reader_timer = self.loop.call_later(self.reader_seconds, self.watch_reader, left)

    def start_head_timer(self) -> None:
        """Start the time within which a head has to be complete."""
        self.head_timer = self.loop.call_later(self.head_seconds, self.head_expired)

    def stop_head_timer(self) -> None:
        """Stop that time, if it runs."""
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None

    def stop_reader_timer(self) -> None:
        """Stop the time within which a client has to read, if it runs."""
        if self.reader_timer is not None:
            self.reader_timer.cancel()
            self.reader_timer = None


@final
class GracefulServer(uvicorn.Server):
    """Graceful shutdown: after SIGTERM it goes on serving for `drain_seconds`.

    `/readyz` says 503 then, and every answer `Connection: close`, so that load balancers and clients with keep-alive
    go elsewhere. A second signal or Ctrl-C skips the rest of that time.
    """

    def __init__(self, config: uvicorn.Config, drain_seconds: float) -> None:
        super().__init__(config)
        self.drain_seconds = drain_seconds

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit or sig == signal.SIGINT:
            self.drain_seconds = 0
        super().handle_exit(sig, frame)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        cast("Services", cast("LifespanOn", self.lifespan).state["services"]).readiness.draining = True
        close = (b"connection", b"close")
        self.server_state.default_headers.append(close)
        for connection in cast("set[BoundedProtocol]", self.server_state.connections):
            # uvicorn replaces the list every second: a request that began before that has another.
            if connection.answering and close not in connection.cycle.default_headers:
                connection.cycle.default_headers.append(close)
        since = monotonic()
        while monotonic() < since + self.drain_seconds:  # noqa: ASYNC110 - a signal handler shortens it
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)


def connection_limit(wanted: int) -> int:
    """Return how many connections of those wanted the limit on descriptors leaves, after raising it if need be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _OTHER_DESCRIPTORS
    if soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(wanted, soft - _OTHER_DESCRIPTORS))

"""The HTTP server: bounds on what a client sends and how slowly it reads, a connection limit, graceful shutdown."""

import asyncio
import logging
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
_logger = logging.getLogger(__name__)


@final
class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with the bounds that it lacks. It serves no WebSockets.

    httptools reports a header only when it has read all of it, so bytes are counted as they arrive: `allowance` is how
    many more are accepted before a head is complete or a part of a body arrives. Trailers and chunk extensions count
    as well; what comes in one read with the head before it may be twice as large.
    """

    head_bytes: ClassVar[int] = 65_536
    head_seconds: ClassVar[float] = 10
    reader_seconds: ClassVar[float] = 30
    tick_seconds: ClassVar[float] = 1
    pipeline_limit: ClassVar[int] = 1_000
    at_limit: ClassVar[bool] = False

    parser: httptools.HttpRequestParser  # None only once the connection is lost
    allowance = head_bytes
    in_head = False
    head_due_since: float | None = None
    unsent = 0
    unsent_since = 0.0
    ticker: asyncio.TimerHandle | None = None

    @property
    def responding(self) -> bool:
        return bool(self.pipeline or (self.cycle and not self.cycle.response_complete))

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:
        limit, self.limit_concurrency = self.limit_concurrency, None  # uvicorn's own limit responds 503 at `limit`
        if limit is not None and len(self.connections) >= limit:
            self.transport = transport
            self.log_limit(reached=True)
            transport.close()
            return
        super().connection_made(transport)
        self.head_due_since = self.loop.time()
        self.tick()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.ticker is not None:
            self.ticker.cancel()
        if len(self.connections) < (self.config.limit_concurrency or 0) * 0.9:
            self.log_limit(reached=False)

    def log_limit(self, *, reached: bool) -> None:
        """Log when the connection limit is reached, and when a tenth of the connections is free again."""
        if reached != type(self).at_limit:
            type(self).at_limit = reached
            state = "reached: new connections are closed" if reached else "no longer reached"
            self.logger.warning("connection limit (%s) %s", self.config.limit_concurrency, state)

    def tick(self) -> None:
        """End a connection whose next head is late, or whose client reads nothing of its response."""
        now, unsent = self.loop.time(), self.transport.get_write_buffer_size()
        if self.head_due_since is not None and now >= self.head_due_since + self.head_seconds:
            self.head_due_since = None
            self.reject_late_head()
        if unsent == 0 or unsent != self.unsent:
            self.unsent, self.unsent_since = unsent, now
        elif now >= self.unsent_since + self.reader_seconds:
            self.transport.abort()
        self.ticker = self.loop.call_later(self.tick_seconds, self.tick)

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
                self.reject(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            elif len(self.pipeline) > self.pipeline_limit:
                self.reject(HTTPStatus.TOO_MANY_REQUESTS)
        idle = not self.responding and self.timeout_keep_alive_task is None
        if self.head_due_since is None and (self.in_head or idle):
            self.head_due_since = self.loop.time()

    def parse(self, data: bytes) -> None:
        """Feed the parser. An offer to upgrade is ignored: the head is parsed again without it."""
        while data and not self.transport.is_closing():
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as offer:
                data = self.head_without_upgrade() + data[cast("int", offer.args[0]) :]
                if self.parser.get_method() == b"CONNECT":
                    self.reject(HTTPStatus.NOT_IMPLEMENTED)
            except httptools.HttpParserError:
                self.reject(HTTPStatus.BAD_REQUEST)
            else:
                return

    def head_without_upgrade(self) -> bytes:
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
        self.in_head, self.allowance = False, self.head_bytes
        self.head_due_since = None

    @override
    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self.allowance = self.head_bytes

    @override
    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        super().on_message_complete()
        if not self.responding:  # the response was complete before the request: only now is the connection idle
            self.head_due_since = None
            self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def reject_late_head(self) -> None:
        if self.responding:
            self.shutdown()  # after the responses that are still due
        elif self.in_head:
            self.reject(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()

    def reject(self, status: HTTPStatus) -> None:
        """Respond in place of the application, unless another response is due first, and close the connection.

        A client that goes on sending may see a reset instead of the response.
        """
        if self.transport.is_closing():
            return
        if not self.responding or not (self.in_head or self.pipeline or self.cycle.response_started):
            response = problem(status, headers={"Connection": "close"})
            headers = b"".join(b"%b: %b\r\n" % header for header in response.raw_headers)
            start = f"HTTP/1.1 {status} {status.phrase}\r\n".encode()
            self.transport.write(start + headers + b"\r\n" + bytes(response.body))
        self.logger.info("request rejected: %s %s", status.value, status.phrase)
        self.transport.close()


@final
class GracefulServer(uvicorn.Server):
    """After SIGTERM, goes on serving for `drain_seconds`, so that load balancers and clients go elsewhere.

    During that time `/readyz` is 503 and every response says `Connection: close`. A second signal or Ctrl-C skips it.
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
        self.close_connections_after_responses()
        since = monotonic()
        while monotonic() < since + self.drain_seconds:  # noqa: ASYNC110 - a signal handler shortens it
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)

    def close_connections_after_responses(self) -> None:
        close = (b"connection", b"close")
        self.server_state.default_headers.append(close)
        for connection in cast("set[BoundedProtocol]", self.server_state.connections):
            # uvicorn makes a new list every second: an older request holds the old one.
            if connection.responding and close not in connection.cycle.default_headers:
                connection.cycle.default_headers.append(close)


def connection_limit(wanted: int) -> int:
    """Return how many connections the limit on descriptors (`ulimit -n`) allows, after raising it as far as needed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _OTHER_DESCRIPTORS
    if soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    limit = max(1, min(wanted, soft - _OTHER_DESCRIPTORS))
    if limit < wanted:
        _logger.warning("connection limit is %s instead of %s: ulimit -n is %s", limit, wanted, soft)
    return limit

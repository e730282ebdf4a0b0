"""The HTTP server: bounds on what a client may send, a connection limit, graceful shutdown."""

import asyncio
import logging
import resource
import signal
import socket
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from types import FrameType
from typing import ClassVar, cast, final, override

import httptools
import uvicorn
from uvicorn.lifespan.on import LifespanOn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from {{ package }}.api.problems import problem

_OTHER_DESCRIPTORS = 100
_logger = logging.getLogger(__name__)


@final
class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with the bounds that it lacks. It serves no WebSockets.

    `allowance` is how many more bytes may arrive before a head is complete or a part of a body follows. Trailers and
    chunk extensions count as well. One timer bounds the time for a head and the time that a connection is idle.
    """

    head_bytes: ClassVar[int] = 65_536
    head_seconds: ClassVar[float] = 10

    parser: httptools.HttpRequestParser  # None only once the connection is lost
    allowance = head_bytes
    head_begun = False

    @property
    def responding(self) -> bool:
        return bool(self.cycle and not self.cycle.response_complete)

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:
        limit = self.config.limit_concurrency
        self.limit_concurrency = None  # at its own limit, uvicorn responds 503 to requests
        super().connection_made(transport)
        self.start_timer(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        if len(self.connections) == limit:
            self.logger.warning("connection limit (%s) reached: new connections are closed", limit)
        elif limit and len(self.connections) > limit:
            transport.close()

    def start_timer(self, seconds: float, callback: Callable[[], None]) -> None:
        self.stop_timer()
        self.timeout_keep_alive_task = self.loop.call_later(seconds, callback)

    def stop_timer(self) -> None:
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    @override
    def data_received(self, data: bytes) -> None:
        while data and not self.transport.is_closing():
            piece, data = data[: self.allowance], data[self.allowance :]
            self.allowance -= len(piece)
            try:
                self.parser.feed_data(piece)
            except httptools.HttpParserUpgrade as offer:
                data = self.head_without_upgrade() + piece[cast("int", offer.args[0]) :] + data
                self.allowance = self.head_bytes
                if self.parser.get_method() == b"CONNECT":
                    self.reject(HTTPStatus.NOT_IMPLEMENTED)
            except httptools.HttpParserError:
                self.reject(HTTPStatus.BAD_REQUEST)
            if not self.allowance:
                self.reject(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        self.time_head()

    def time_head(self) -> None:
        """Bound the time for a head that has arrived in part, unless an earlier request is not answered yet."""
        if self.head_begun and not self.responding:
            self.head_begun = False
            self.start_timer(self.head_seconds, partial(self.reject, HTTPStatus.REQUEST_TIMEOUT))

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.time_head()

    def head_without_upgrade(self) -> bytes:
        """Return the head to be parsed again. Without this the parser takes the body for another protocol."""
        version = self.parser.get_http_version().encode()
        start = b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, version)
        lines = [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([start, *lines, b"", b""])

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.head_begun = True  # most heads arrive in one piece, and need no timer

    @override
    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            return  # `data_received` has this head parsed again
        self.head_begun = False
        self.stop_timer()
        super().on_headers_complete()
        self.headers = []  # the request keeps its own list; trailers go into this one, which nobody reads
        self.allowance = self.head_bytes

    @override
    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self.allowance = self.head_bytes

    @override
    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def reject(self, status: HTTPStatus) -> None:
        """Respond in place of the application, unless another response is due first, and close the connection.

        A client that goes on sending may see a reset instead of the response.
        """
        if self.transport.is_closing():
            return
        in_body = self.responding and self.cycle.more_body and not (self.pipeline or self.cycle.response_started)
        if in_body or not self.responding:
            response = problem(status, headers={"Connection": "close", "X-Content-Type-Options": "nosniff"})
            headers = b"".join(b"%b: %b\r\n" % header for header in response.raw_headers)
            start = f"HTTP/1.1 {status} {status.phrase}\r\n".encode()
            self.transport.write(start + headers + b"\r\n" + bytes(response.body))
        self.logger.info("request rejected: %s %s", status.value, status.phrase)
        self.transport.close()


@final
class GracefulServer(uvicorn.Server):
    """After SIGTERM, goes on serving for `drain_seconds`, so that load balancers and clients go elsewhere.

    During that time `/readyz` is 503 and every response says `Connection: close`. Ctrl-C skips it; after
    SIGTERM, it also ends the requests in progress.
    """

    def __init__(self, config: uvicorn.Config, drain_seconds: float) -> None:
        super().__init__(config)
        self.drain_seconds = drain_seconds

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGINT:
            self.drain_seconds = 0
        super().handle_exit(sig, frame)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        cast("LifespanOn", self.lifespan).state["draining"] = True
        self.server_state.default_headers.append((b"connection", b"close"))
        for connection in cast("set[BoundedProtocol]", self.server_state.connections):
            if connection.responding:
                connection.shutdown()  # uvicorn adds the header to the response in progress
        while self.drain_seconds > 0:
            await asyncio.sleep(0.1)
            self.drain_seconds -= 0.1
        await super().shutdown(sockets)


def connection_limit(wanted: int) -> int:
    """Return `wanted`, or as many connections as the limit on descriptors (`ulimit -n`) has room for."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = max(1, min(wanted, descriptors - _OTHER_DESCRIPTORS))
    if limit < wanted:
        _logger.warning("connection limit is %s instead of %s: ulimit -n is %s", limit, wanted, descriptors)
    return limit

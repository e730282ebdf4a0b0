"""A small load client: some keep-alive connections, each asking again as soon as it is answered."""

import asyncio
import re
from typing import final

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class UnexpectedAnswerError(Exception):
    """The server did not answer 200 with a body of a stated length: what would be measured is something else."""


def ask(port: int, path: str, *, requests: int, connections: int = 16, token: str = "") -> None:
    """Send this many GETs to a server on the loopback interface and return when the last is answered."""
    bearing = f"Authorization: Bearer {token}\r\n" if token else ""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n{bearing}\r\n"
    asyncio.run(_ask(port, request.encode(), requests, connections))


async def _ask(port: int, request: bytes, requests: int, connections: int) -> None:
    loop = asyncio.get_running_loop()
    work = _Work(request, requests, loop.create_future())
    clients = [(await loop.create_connection(lambda: _Client(work), "127.0.0.1", port))[0] for _ in range(connections)]
    try:
        await work.done
    finally:
        for transport in clients:
            transport.close()


@final
class _Work:
    def __init__(self, request: bytes, requests: int, done: asyncio.Future[None]) -> None:
        self.request = request
        self.unsent = requests
        self.unanswered = requests
        self.done = done

    def fail(self, reason: str) -> None:
        if not self.done.done():
            self.done.set_exception(UnexpectedAnswerError(reason))


@final
class _Client(asyncio.Protocol):
    def __init__(self, work: _Work) -> None:
        self._work = work
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        length = _LENGTH.search(head)
        if length is None or not head.startswith(b"HTTP/1.1 200 "):
            self._work.fail(repr(self._received[:500]))
        elif len(body) == int(length[1]):
            self._received = b""
            self._work.unanswered -= 1
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio names it
        if self._work.unanswered:
            self._work.fail("the server closed a connection")

    def _send(self) -> None:
        if self._work.unsent:
            self._work.unsent -= 1
            self._transport.write(self._work.request)
        elif not self._work.unanswered and not self._work.done.done():
            self._work.done.set_result(None)

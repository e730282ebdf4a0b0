"""Around every request: an id, an access log line, bounds on size and time, an answer even when a handler breaks."""

import asyncio
import logging
import re
from collections.abc import Callable, MutableSequence
from contextvars import ContextVar
from dataclasses import dataclass
from random import getrandbits
from time import perf_counter
from typing import cast, final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from {{ package }}.api.problems import problem

type AccessLog = Callable[[str, str, str, int, float], None]
"""Called with request id, method, path, status and seconds."""

type Headers = MutableSequence[tuple[bytes, bytes]]

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_logger = logging.getLogger(__name__)
_acceptable_id = re.compile(rb"[A-Za-z0-9._-]{8,64}").fullmatch


def current_request_id() -> str | None:
    """Return the id of the request being served, None outside one."""
    return _request_id.get()


@final
@dataclass(frozen=True, slots=True)
class RequestMiddleware:
    """The one middleware. Every request runs in a task, and so in a context, of its own: nothing is reset."""

    app: ASGIApp
    access_log: AccessLog
    max_body_bytes: int
    timeout_seconds: float

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(cast("Headers", scope["headers"]))
        given = headers.get(b"x-request-id", b"")
        request_id = given.decode() if _acceptable_id(given) else f"{getrandbits(128):032x}"
        _ = _request_id.set(request_id)
        exchange = Exchange(self, scope, receive, send, request_id, perf_counter(), self.max_body_bytes)
        await exchange.serve(announced=int(headers.get(b"content-length", b"0")))


@final
@dataclass(slots=True)
class Exchange:
    """One request and its answer; `unread` is what the body may still hold, `status` 0 until the answer begins.

    At the deadline it answers in the handler's place without waiting for the handler to let go, for what that hangs
    on may not react to being cancelled. An answer that has begun may take its time.
    """

    around: RequestMiddleware
    scope: Scope
    receive: Receive
    send: Send
    request_id: str
    started: float
    unread: int
    status: int = 0
    late: asyncio.Task[None] | None = None
    logged: bool = False

    async def serve(self, announced: int) -> None:
        """Have the application answer, within its bounds."""
        timer = asyncio.get_running_loop().call_later(self.around.timeout_seconds, self.expire, asyncio.current_task())
        try:
            if announced > self.unread:
                await self.answer(problem(413))
            else:
                await self.around.app(self.scope, self.read, self.respond)
        except (asyncio.CancelledError, Exception) as error:
            if self.late is None:
                if self.status or isinstance(error, asyncio.CancelledError):
                    raise  # with half an answer out, the server logs this and cuts the connection
                _logger.exception("unhandled error")
                await self.answer(problem(500, request_id=self.request_id))
        finally:
            timer.cancel()
            if self.late is None:
                self.log()

    def expire(self, handler: asyncio.Task[object] | None) -> None:
        """Answer 503 unless an answer has begun, and cancel the handler."""
        if handler is not None and not self.status:
            instead = problem(503, "The request took too long.", {"Retry-After": "2"})
            self.late = asyncio.create_task(self.answer(instead))
            _ = handler.cancel()

    async def answer(self, response: Response) -> None:
        """Answer in place of the application."""
        await response(self.scope, self.receive, self.respond)

    async def read(self) -> Message:
        """Receive more of the body, or raise a 413 when it has grown too large."""
        message = await self.receive()
        self.unread -= len(cast("bytes", message.get("body", b"")))
        if self.unread < 0:
            raise HTTPException(413)
        return message

    async def respond(self, message: Message) -> None:
        """Send a message of the answer, with the request id on its way out and a log line once it is complete."""
        if self.late is not None and self.late is not asyncio.current_task():
            return  # too late: another answer is on its way
        if message["type"] == "http.response.start":
            self.status = cast("int", message["status"])
            cast("Headers", message["headers"]).append((b"x-request-id", self.request_id.encode()))
        await self.send(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.log()

    def log(self) -> None:
        """Write the access line, once."""
        if not self.logged:
            self.logged = True
            method, path = cast("str", self.scope["method"]), cast("bytes", self.scope["raw_path"]).decode("latin-1")
            self.around.access_log(self.request_id, method, path, self.status, perf_counter() - self.started)

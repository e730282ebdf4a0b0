"""Around every request: an id, an access log line, bounds on size and time, an answer even when a handler breaks."""

import asyncio
import logging
import re
from collections.abc import Callable, MutableSequence
from contextvars import ContextVar
from http import HTTPStatus
from os import urandom
from time import perf_counter
from typing import cast, final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from {{ package }}.api.problems import Problem, ProblemResponse, problem

type AccessLog = Callable[[str, str, str, int, float], None]
"""Called with request id, method, path, status and seconds."""

type Headers = MutableSequence[tuple[bytes, bytes]]

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_logger = logging.getLogger(__name__)
_acceptable_id = re.compile(rb"[A-Za-z0-9._-]{8,64}").fullmatch
_LATE = problem(HTTPStatus.SERVICE_UNAVAILABLE, "The request took too long.")


def current_request_id() -> str | None:
    """Return the id of the request being served, None outside one."""
    return _request_id.get()


@final
class RequestMiddleware:
    """The one middleware. Every request runs in a task, and so in a context, of its own: nothing is reset."""

    def __init__(self, app: ASGIApp, access_log: AccessLog, max_body_bytes: int, timeout_seconds: float) -> None:
        self.app = app
        self.access_log = access_log
        self.max_body_bytes = max_body_bytes
        self.timeout_seconds = timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            await Exchange(self, scope, receive, send).serve()
        else:
            await self.app(scope, receive, send)


@final
class Exchange:
    """One request and its answer.

    At the deadline it answers in the handler's place without waiting for the handler to let go, for what that hangs
    on may not react to being cancelled. An answer that has begun may take its time.
    """

    __slots__ = (
        "announced",
        "around",
        "id_header",
        "late",
        "logged",
        "receive",
        "request_id",
        "scope",
        "send",
        "started",
        "status",
        "unread",
    )

    def __init__(self, around: RequestMiddleware, scope: Scope, receive: Receive, send: Send) -> None:
        self.started = perf_counter()
        self.around, self.scope, self.receive, self.send = around, scope, receive, send
        self.id_header, self.announced = _read_headers(cast("Headers", scope["headers"]))
        self.request_id = self.id_header.decode()
        self.unread = around.max_body_bytes
        self.status = 0
        self.late: asyncio.Task[None] | None = None
        self.logged = False

    async def serve(self) -> None:
        """Have the application answer, within its bounds."""
        _ = _request_id.set(self.request_id)
        timer = asyncio.get_running_loop().call_later(self.around.timeout_seconds, self.expire, asyncio.current_task())
        try:
            if self.announced is not None and self.announced > self.unread:
                await self.answer(problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
            else:
                await self.around.app(self.scope, self.receive if self.announced is None else self.read, self.respond)
        except asyncio.CancelledError:
            if self.late is None:
                raise
        except Exception:
            if self.status and self.late is None:
                raise  # half an answer is out: the server logs this and cuts the connection
            if self.late is None:
                _logger.exception("unhandled error")
                await self.answer(problem(HTTPStatus.INTERNAL_SERVER_ERROR, request_id=self.request_id))
        finally:
            timer.cancel()
            if self.late is None:
                self.log()

    def expire(self, handler: asyncio.Task[object] | None) -> None:
        """Answer 503 unless an answer has begun, and cancel the handler."""
        if handler is not None and not self.status:
            self.late = asyncio.create_task(self.answer(_LATE, {"Retry-After": "2"}))
            _ = handler.cancel()

    async def read(self) -> Message:
        """Receive more of the body, or raise a 413 when it has grown too large."""
        message = await self.receive()
        self.unread -= len(cast("bytes", message.get("body", b"")))
        if self.unread < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    async def respond(self, message: Message) -> None:
        """Pass on what the handler answers, unless it is too late."""
        if self.late is None:
            await self.pass_on(message)

    async def answer(self, body: Problem, headers: dict[str, str] | None = None) -> None:
        """Answer with a problem."""
        await ProblemResponse(body, headers)(self.scope, self.receive, self.pass_on)

    async def pass_on(self, message: Message) -> None:
        """Send a message, with the request id on its way out and a log line once it is complete."""
        if message["type"] == "http.response.start":
            self.status = cast("int", message["status"])
            cast("Headers", message["headers"]).append((b"x-request-id", self.id_header))
        await self.send(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.log()

    def log(self) -> None:
        """Write the access line, once."""
        if not self.logged:
            self.logged = True
            method, path = cast("str", self.scope["method"]), cast("bytes", self.scope["raw_path"]).decode("latin-1")
            self.around.access_log(self.request_id, method, path, self.status, perf_counter() - self.started)


def _read_headers(headers: Headers) -> tuple[bytes, int | None]:
    """Return the request id, and how long the body says it is: 0 when it does not say, None when there is none."""
    request_id, length = b"", None
    for name, value in headers:
        if name == b"x-request-id" and _acceptable_id(value):
            request_id = value
        elif name == b"content-length":
            length = int(value)
        elif name == b"transfer-encoding":
            length = length or 0
    return request_id or urandom(16).hex().encode(), length

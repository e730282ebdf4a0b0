"""What every request gets: an id, one access log line, and an answer even when a handler breaks."""

import logging
import re
from collections.abc import Awaitable, Callable, MutableSequence
from contextvars import ContextVar
from http import HTTPStatus
from os import urandom
from time import perf_counter
from typing import TypedDict, cast, final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from {{ package }}.api.problems import ProblemResponse, problem

type AccessLog = Callable[[str, str, str, int, float], None]
"""Called with request id, method, path, status and seconds."""

type Headers = MutableSequence[tuple[bytes, bytes]]

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_logger = logging.getLogger(__name__)
_acceptable_id = re.compile(rb"[A-Za-z0-9._-]{8,64}").fullmatch


class HttpScope(TypedDict):
    """The parts of an ASGI HTTP scope that are read here."""

    method: str
    raw_path: bytes
    headers: Headers


def current_request_id() -> str | None:
    """Return the id of the request being served, None outside one."""
    return _request_id.get()


class RequestContext:
    """The outermost middleware. Every request runs in a task, and so in a context, of its own: nothing is reset."""

    def __init__(self, app: ASGIApp, access_log: AccessLog) -> None:
        self._app: ASGIApp = app
        self._access_log: AccessLog = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = Exchange(cast("HttpScope", cast("object", scope)), send, self._access_log)
        _ = _request_id.set(exchange.request_id)
        try:
            await self._app(scope, receive, exchange.send)
        except Exception:
            if exchange.status:
                raise  # half an answer is out: the server logs this and cuts the connection
            _logger.exception("unhandled error")
            answer = ProblemResponse(problem(HTTPStatus.INTERNAL_SERVER_ERROR, request_id=exchange.request_id))
            await answer(scope, receive, exchange.send)
        finally:
            exchange.log()


@final
class Exchange:
    """One request and its answer as they pass by."""

    __slots__ = ("_access_log", "_logged", "_scope", "_send", "_started", "request_id", "status")

    def __init__(self, scope: HttpScope, send: Send, access_log: AccessLog) -> None:
        self._started: float = perf_counter()
        self._scope: HttpScope = scope
        self._send: Send = send
        self._access_log: AccessLog = access_log
        self._logged: bool = False
        self.request_id: str = _inbound_id(scope["headers"]) or urandom(16).hex()
        self.status: int = 0

    def send(self, message: Message) -> Awaitable[None]:
        """Pass a message on: the request id goes out with the first, the log line is written at the last.

        Here and in RequestLimits a coroutine of our own around each message would cost more than what it does.
        """
        if message["type"] == "http.response.start":
            self.status = cast("int", message["status"])
            cast("Headers", message["headers"]).append((b"x-request-id", self.request_id.encode()))
        elif not message.get("more_body"):
            self.log()
        return self._send(message)

    def log(self) -> None:
        """Write the access line, once."""
        if not self._logged:
            self._logged = True
            path = self._scope["raw_path"].decode("latin-1")
            seconds = perf_counter() - self._started
            self._access_log(self.request_id, self._scope["method"], path, self.status, seconds)


def _inbound_id(headers: Headers) -> str | None:
    given = dict(headers).get(b"x-request-id")
    return given.decode() if given and _acceptable_id(given) else None

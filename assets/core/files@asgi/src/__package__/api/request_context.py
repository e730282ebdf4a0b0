"""What every request gets: an id, one access log line, and an answer even when a handler breaks."""

import logging
import re
from collections.abc import Callable, MutableSequence
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

    __slots__ = ("_access_log", "_header", "_logged", "_scope", "_send", "_started", "request_id", "status")

    def __init__(self, scope: HttpScope, send: Send, access_log: AccessLog) -> None:
        self._started: float = perf_counter()
        self._scope: HttpScope = scope
        self._send: Send = send
        self._access_log: AccessLog = access_log
        self._header: bytes = _inbound_id(scope["headers"]) or urandom(16).hex().encode()
        self._logged: bool = False
        self.request_id: str = self._header.decode()
        self.status: int = 0

    async def send(self, message: Message) -> None:
        """Pass a message on, with the request id on its way out and a log line once it is complete."""
        if message["type"] == "http.response.start":
            self.status = cast("int", message["status"])
            cast("Headers", message["headers"]).append((b"x-request-id", self._header))
            await self._send(message)
        else:
            await self._send(message)
            if not message.get("more_body"):
                self.log()

    def log(self) -> None:
        """Write the access line, once."""
        if not self._logged:
            self._logged = True
            path = self._scope["raw_path"].decode("latin-1")
            seconds = perf_counter() - self._started
            self._access_log(self.request_id, self._scope["method"], path, self.status, seconds)


def _inbound_id(headers: Headers) -> bytes | None:
    for name, value in headers:
        if name == b"x-request-id":
            return value if _acceptable_id(value) else None
    return None

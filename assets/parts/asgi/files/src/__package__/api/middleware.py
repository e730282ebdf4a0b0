"""What surrounds every request: request id (correlation id), access log, security headers, unhandled errors.

`api/limits.py` bounds size and time. `create_app()` puts all of them into their order.
"""

import logging
import re
from contextvars import ContextVar
from dataclasses import dataclass
from random import getrandbits
from time import perf_counter
from typing import cast, final
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from {{ package }}.api.problems import problem

type Headers = list[tuple[bytes, bytes]]

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_valid_id = re.compile(rb"[A-Za-z0-9._-]{8,64}").fullmatch
_logger = logging.getLogger(__name__)
_access_logger = logging.getLogger("{{ package }}.access")


def current_request_id() -> str | None:
    return _request_id.get()


def header(scope: Scope, name: bytes) -> bytes:
    """Return a header of the request, or nothing. Names are in lower case."""
    return dict(cast("Headers", scope["headers"])).get(name, b"")


def record_reason(scope: Scope, reason: str) -> None:
    """Put the reason of a 503 on the access line of its request."""
    _state(scope)["unavailable_reason"] = reason


def skip_access_line(scope: Scope) -> None:
    _state(scope)["skip_access_line"] = True


def _state(scope: Scope) -> dict[str, object]:
    return cast("dict[str, object]", scope.setdefault("state", {}))


@final
@dataclass(frozen=True, slots=True)
class RequestId:
    """Keeps a valid `X-Request-ID` of the client, or makes a new one, and returns it with the response."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = header(scope, b"x-request-id")
        request_id = sent if _valid_id(sent) else b"%032x" % getrandbits(128)
        _request_id.set(request_id.decode())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*cast("Headers", message["headers"]), (b"x-request-id", request_id)]
            await send(message)

        await self.app(scope, receive, send_with_id)


@final
@dataclass(frozen=True, slots=True)
class AccessLog:
    """Logs one line for each request once its response is complete. Status 0 means that no response began."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status, logged = perf_counter(), 0, False

        async def send_and_log(message: Message) -> None:
            nonlocal status, logged
            if message["type"] == "http.response.start":
                status = cast("int", message["status"])
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                logged = True
                _log_request(scope, status, started)

        try:
            await self.app(scope, receive, send_and_log)
        finally:
            if not logged:
                _log_request(scope, status, started)


def _log_request(scope: Scope, status: int, started: float) -> None:
    if "skip_access_line" in (state := _state(scope)):
        return
    # Cut, because only a line of at most 4096 bytes goes through a pipe in one piece.
    path = cast("bytes", scope["raw_path"])[:1000].decode("ascii", "backslashreplace")[:1000]
    fields: dict[str, object] = {"method": cast("str", scope["method"])[:20], "path": path, "status": status}
    fields["milliseconds"] = round((perf_counter() - started) * 1000, 2)
    if reason := state.get("unavailable_reason"):
        fields["reason"] = str(reason)[:200]
    _access_logger.info("request", extra=fields)


@final
@dataclass(frozen=True, slots=True)
class SecurityHeaders:
    """Adds security headers. A route may set its own."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                {{ slot("middleware.security_headers") }}
            await send(message)

        await self.app(scope, receive, send_with_headers)


@final
@dataclass(frozen=True, slots=True)
class UnhandledErrors:
    """Responds 500 with the request id when a handler fails, and logs the traceback."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception:
            if started:
                raise  # the server logs it, and closes the connection because the response is incomplete
            _logger.exception("unhandled error")
            await problem(500, request_id=current_request_id())(scope, receive, send)

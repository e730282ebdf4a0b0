"""What stands around every request, one duty a class: request id, access line, response headers, unhandled errors.

`api/limits.py` has the bounds on size and time. `create_app()` puts them into their order.
"""

import logging
import re
from contextvars import ContextVar
from dataclasses import dataclass
from random import getrandbits
from time import perf_counter
from typing import cast, final
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from {{ package }}.api.problems import problem

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_valid_id = re.compile(r"[A-Za-z0-9._-]{8,64}").fullmatch
_logger = logging.getLogger(__name__)
_access_logger = logging.getLogger("{{ package }}.access")


def current_request_id() -> str | None:
    """Return the id of the request being served, None outside one."""
    return _request_id.get()


def record_reason(scope: Scope, reason: str) -> None:
    """Put the reason of a 503 on the access line of its request."""
    cast("dict[str, object]", scope.setdefault("state", {}))["unavailable_reason"] = reason


@final
@dataclass(frozen=True, slots=True)
class RequestId:
    """Gives every request its correlation id: the valid `X-Request-ID` that it came with, or a new one."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        incoming = Headers(scope=scope).get("x-request-id", "")
        request_id = incoming if _valid_id(incoming) else f"{getrandbits(128):032x}"
        _request_id.set(request_id)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        await self.app(scope, receive, send_with_id)


@final
@dataclass(frozen=True, slots=True)
class AccessLog:
    """Logs one line a request, once its answer is complete. Status 0 means that the application began no answer."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status, logged = perf_counter(), 0, False

        def log_once() -> None:
            nonlocal logged
            if not logged:
                logged = True
                milliseconds = round((perf_counter() - started) * 1000, 2)
                _access_logger.info("request", extra=_access_fields(scope, status, milliseconds))

        async def send_and_log(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = cast("int", message["status"])
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                log_once()

        try:
            await self.app(scope, receive, send_and_log)
        finally:
            log_once()


@final
@dataclass(frozen=True, slots=True)
class SecurityHeaders:
    """Adds the headers that keep browsers and caches from misusing an answer. A route may set its own."""

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
    """Answers 500 with the request id when a handler breaks, and logs the traceback."""

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
                raise  # The server logs it and closes the connection: the answer is incomplete.
            _logger.exception("unhandled error")
            await problem(500, request_id=current_request_id() or "")(scope, receive, send)


def _access_fields(scope: Scope, status: int, milliseconds: float) -> dict[str, object]:
    # Cut, because only a line of at most 4096 bytes goes through a pipe in one piece.
    path = cast("bytes", scope["raw_path"])[:1000].decode("ascii", "backslashreplace")[:1000]
    method = cast("str", scope["method"])[:20]
    fields: dict[str, object] = {"method": method, "path": path, "status": status, "milliseconds": milliseconds}
    if reason := cast("dict[str, str]", scope.get("state", {})).get("unavailable_reason"):
        fields["reason"] = reason[:200]
    return fields

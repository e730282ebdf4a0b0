"""What surrounds every request: request id (correlation id), security headers, access log."""

import logging
import re
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from random import getrandbits
from time import perf_counter
from typing import cast

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PROBES = ("/healthz", "/readyz")
_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_valid_id = re.compile(r"[A-Za-z0-9._-]{8,64}").fullmatch
_logger = logging.getLogger("{{ package }}.access")


def current_request_id() -> str | None:
    return _request_id.get()


def record_reason(scope: Scope, reason: str) -> None:
    """Put the reason of a 503 on the access line of its request."""
    scope["unavailable_reason"] = reason


@dataclass(frozen=True, slots=True)
class CommonHeaders:
    """Keeps a valid `X-Request-ID` of the client, or makes a new one, and returns it with security headers."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = Headers(scope=scope)
        offered = sent.get("x-request-id", "")
        request_id = offered if _valid_id(offered) else f"{getrandbits(128):032x}"
        _request_id.set(request_id)
        added = [(b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff")]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
                {{ slot("middleware.security_headers") }}
            await send(message)

        await self.app(scope, receive, send_with_headers)


@dataclass(frozen=True, slots=True)
class AccessLog:
    """Logs one line for each request, but none for a probe that succeeds. Status 0 means that no response began."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = perf_counter(), 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            status = cast("int", message.get("status", status))
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            _log_request(scope, status, perf_counter() - started)


def _log_request(scope: Scope, status: int, seconds: float) -> None:
    path = cast("bytes", scope["raw_path"]).decode("ascii", "backslashreplace")
    if status == HTTPStatus.OK and path.endswith(_PROBES):
        return
    fields: dict[str, object] = {"method": cast("str", scope["method"]), "path": path[:1000], "status": status}
    reason = cast("str | None", scope.get("unavailable_reason"))
    _logger.info("request", extra={**fields, "milliseconds": round(seconds * 1000, 2), "reason": reason})

"""What surrounds every request: request id (correlation id), security headers, access log."""

import logging
import re
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from random import getrandbits
from time import perf_counter
from typing import cast

from starlette.datastructures import MutableHeaders
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
class Requests:
    """Gives every request an id, which a client may choose, and logs one line for it, but none for a good probe.

    Its response says the id, and forbids guessing the media type. Status 0 means that no response began.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = perf_counter(), 0
        received = dict(cast("list[tuple[bytes, bytes]]", scope["headers"]))
        offered = received.get(b"x-request-id", b"").decode("latin-1")
        request_id = offered if _valid_id(offered) else f"{getrandbits(128):032x}"
        _request_id.set(request_id)
        added = [(b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff")]

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = cast("int", message["status"])
                message["headers"] = [*message["headers"], *added]
                {{ slot("middleware.security_headers") }}
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            _log_request(scope, status, perf_counter() - started)


def _log_request(scope: Scope, status: int, seconds: float) -> None:
    path = cast("bytes", scope["raw_path"]).decode("ascii", "backslashreplace")
    if status == HTTPStatus.OK and path.removeprefix(cast("str", scope.get("root_path", ""))) in _PROBES:
        return
    fields: dict[str, object] = {"method": cast("str", scope["method"]), "path": path[:1000], "status": status}
    reason = cast("str | None", scope.get("unavailable_reason"))
    _logger.info("request", extra={**fields, "milliseconds": round(seconds * 1000, 2), "reason": reason})

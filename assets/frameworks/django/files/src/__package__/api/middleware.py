"""What surrounds every request: request id (correlation id), access log.

`api/limits.py` bounds what a body may take. `infrastructure/settings.py` puts all of them into their order.
"""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from random import getrandbits
from threading import Event
from time import perf_counter
from typing import cast, final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from {{ package }}.api.problems import MEDIA_TYPE, problem

type Respond = Callable[[HttpRequest], HttpResponseBase]

draining = Event()
"""Set while the process is about to stop: `/readyz` is 503, and every response says `Connection: close`."""

BODY_READ = "body_read"
"""The key in `request.META` that says that nothing of the body is left on the connection."""

_PROBES = ("/healthz", "/readyz")
_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_reason: ContextVar[str | None] = ContextVar("reason", default=None)
_valid_id = re.compile(r"[A-Za-z0-9._-]{8,64}").fullmatch
_access_logger = logging.getLogger("{{ package }}.access")


def current_request_id() -> str | None:
    return _request_id.get()


def record_reason(reason: str) -> None:
    """Put the reason of a 503 on the access line of the current request."""
    _reason.set(reason)


@final
@dataclass(frozen=True, slots=True)
class Requests:
    """Gives every request an id, which a client may choose, and logs one line for it, but none for a good probe."""

    get_response: Respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = perf_counter()
        sent = cast("str", request.META.get("HTTP_X_REQUEST_ID", ""))
        request_id = sent if _valid_id(sent) else f"{getrandbits(128):032x}"
        _request_id.set(request_id)
        _reason.set(None)
        response = _with_problem(request, self.get_response(request))
        response["X-Request-ID"] = request_id
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        {{ slot("middleware.security_headers") }}
        if draining.is_set() or _has_unread_body(request):
            response["Connection"] = "close"
        _log_request(request, response.status_code, perf_counter() - started)
        return response


def _with_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give errors without a document one, such as Django's 404 and 500. People see the admin's own pages."""
    bare = response.status_code >= HTTPStatus.BAD_REQUEST and response["Content-Type"] != MEDIA_TYPE
    if not bare or request.path_info.startswith("/admin/"):
        return response
    failed = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    document = problem(response.status_code, request_id=current_request_id() if failed else None)
    for name, value in response.items():
        document.headers.setdefault(name, value)
    document["Content-Length"] = str(len(document.content))
    return document


def _has_unread_body(request: HttpRequest) -> bool:
    """Tell whether the next request on the connection would come behind a body that nobody has read."""
    return request.META.get("CONTENT_LENGTH") not in {None, "", "0"} and BODY_READ not in request.META


def _log_request(request: HttpRequest, status: int, seconds: float) -> None:
    if status == HTTPStatus.OK and request.path_info in _PROBES:
        return
    fields: dict[str, object] = {"method": request.method, "path": request.path[:1000], "status": status}
    fields |= {"milliseconds": round(seconds * 1000, 2), "reason": _reason.get()}
    _access_logger.info("request", extra=fields)

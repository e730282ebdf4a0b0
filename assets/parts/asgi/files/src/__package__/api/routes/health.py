"""Liveness and readiness probes. They are frequent, hence plain Starlette routes."""

from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from {{ package }}.api.middleware import record_reason
from {{ package }}.api.problems import problem
{{ slot("health.imports") }}


async def healthz(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    if cast("bool", getattr(request.state, "draining", False)):
        return not_ready(request, "shutting down")
    {{ slot("health.checks") }}
    return JSONResponse({"status": "ready", {{ slot("health.ready") }} })


def not_ready(request: Request, reason: str) -> Response:
    record_reason(request.scope, reason)
    return problem(503, f"This instance is {reason}.", {"Retry-After": "2"}, kind="not-ready")

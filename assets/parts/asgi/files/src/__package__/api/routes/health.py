"""Liveness and readiness probes. They are frequent: plain Starlette routes, and no access line unless one fails."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from {{ package }}.api.middleware import record_reason, skip_access_line
from {{ package }}.api.problems import problem
from {{ package }}.api.services import get_services


async def healthz(request: Request) -> Response:
    skip_access_line(request.scope)
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    readiness = (await get_services(request)).readiness
    results = await readiness.check_all()
    checks = {name: result.message for name, result in results.items()}
    not_ready = [name for name, result in results.items() if not result.ready]
    if not readiness.draining and not not_ready:
        skip_access_line(request.scope)
        return JSONResponse({"status": "ready", "checks": checks})
    reason = "shutting down" if readiness.draining else f"not ready: {', '.join(not_ready)}"
    record_reason(request.scope, reason)
    return problem(503, f"This instance is {reason}.", {"Retry-After": "2"}, kind="not-ready", checks=checks)

"""Liveness and readiness. Plain Starlette routes: probes are frequent and need nothing of the framework."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from {{ package }}.api.problems import ProblemResponse, problem
from {{ package }}.api.services import services_of


async def healthz(_request: Request) -> Response:
    """Answer for the process alone: it runs."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """Answer for what the service needs, naming each."""
    readiness = services_of(request).readiness
    failures = await readiness.failures()
    checks = {name: failures.get(name, "ok") for name in readiness.checks}
    if readiness.draining or failures:
        detail = "This instance is leaving." if readiness.draining else "Not everything this service needs answers."
        body = problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, checks=checks)
        return ProblemResponse(body, {"Retry-After": "2"})
    return JSONResponse({"status": "ready", "checks": checks})


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz)]

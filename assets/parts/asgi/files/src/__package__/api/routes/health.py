"""Liveness and readiness. Plain Starlette routes: probes are frequent and need nothing of the framework."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from {{ package }}.api.middleware import record_reason
from {{ package }}.api.problems import problem
from {{ package }}.api.services import services_of


async def healthz(_request: Request) -> Response:
    """Answer for the process alone: it runs."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """Answer for what the service needs, naming each."""
    readiness = services_of(request).readiness
    answers = await readiness.answers()
    checks = {name: answer.says for name, answer in answers.items()}
    if readiness.draining or not all(answer.ready for answer in answers.values()):
        detail = "This instance is leaving." if readiness.draining else "Not everything this service needs answers."
        not_ready = [name for name, answer in answers.items() if not answer.ready]
        record_reason(request.scope, "draining" if readiness.draining else f"not ready: {', '.join(not_ready)}")
        return problem(503, detail, {"Retry-After": "2"}, checks=checks)
    return JSONResponse({"status": "ready", "checks": checks})


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz)]

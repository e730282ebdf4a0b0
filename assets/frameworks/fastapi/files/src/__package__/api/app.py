"""The HTTP application: routes, limits, errors. It is given its services and constructs none."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.middleware import Middleware

from {{ package }}.api.draining import leaving_gracefully
from {{ package }}.api.errors import register_errors
from {{ package }}.api.limits import RequestLimits
from {{ package }}.api.openapi import DocumentedAPI
from {{ package }}.api.request_context import AccessLog, RequestContext
from {{ package }}.api.routes import health, {{ nouns }}
from {{ package }}.api.services import AppState, Services

type OpenServices = Callable[[], AbstractAsyncContextManager[Services]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """What can be set about the HTTP edge."""

    docs: bool
    max_body_bytes: int
    timeout_seconds: float
    drain_seconds: float


def create_app(open_services: OpenServices, access_log: AccessLog, options: HttpOptions) -> FastAPI:
    """Assemble the HTTP layer."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[AppState]:
        async with open_services() as services:
            with leaving_gracefully(services.readiness, options.drain_seconds):
                yield {"services": services}

    app = DocumentedAPI(
        title="{{ name }}",
        lifespan=lifespan,
        openapi_url="/openapi.json" if options.docs else None,
        # Spans and metrics cost every request; see the README before turning them on.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        middleware=[
            Middleware(RequestContext, access_log=access_log),
            Middleware(
                RequestLimits,
                max_body_bytes=options.max_body_bytes,
                timeout_seconds=options.timeout_seconds,
            ),
        ],
    )
    register_errors(app)
    app.router.routes.extend(health.ROUTES)
    app.serve({{ nouns }}.router)
    return app

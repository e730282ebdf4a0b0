"""The HTTP application: routes, limits, errors. It is given its services and constructs none."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from {{ package }}.api.errors import HANDLED, DocumentedAPI, answer
from {{ package }}.api.limits import BodyLimit, Deadline
from {{ package }}.api.middleware import AccessLine, RequestId, SafeHeaders, UnhandledErrors
from {{ package }}.api.routes import health, {{ nouns }}
from {{ package }}.api.services import Services
{{ slot("app.imports") }}

type OpenServices = Callable[[], AbstractAsyncContextManager[Services]]


def create_app(
    open_services: OpenServices, *, docs: bool, cors_origins: str, max_body_bytes: int, timeout_seconds: float
) -> FastAPI:
    """Assemble the HTTP layer."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[dict[str, Services]]:
        async with open_services() as services:
            yield {"services": services}

    cors = Middleware(
        CORSMiddleware,
        allow_origins=cors_origins.split(","),
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["Location", "Retry-After", "X-Request-ID"],
    )
    app = DocumentedAPI(
        title="{{ name }}",
        lifespan=lifespan,
        # A redirect would be made of the Host that the caller sent.
        redirect_slashes=False,
        openapi_url="/openapi.json" if docs else None,
        # Spans and metrics cost every request; see the README before turning them on.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        exception_handlers=dict.fromkeys(HANDLED, answer),
        middleware=[  # the outermost first
            Middleware(RequestId),
            Middleware(AccessLine),
            Middleware(SafeHeaders),
            *([cors] if cors_origins else []),
            Middleware(Deadline, timeout_seconds),
            Middleware(UnhandledErrors),
            Middleware(BodyLimit, max_body_bytes),
        ],
    )
    # Not include_router: what it makes of the routes is looked up twice a request.
    app.router.routes.extend([*{{ nouns }}.router.routes, *health.ROUTES])
    {{ slot("app.routes") }}
    return app

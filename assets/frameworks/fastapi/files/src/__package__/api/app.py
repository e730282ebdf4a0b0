"""Assembles the HTTP application. It is given its services and constructs none."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from {{ package }}.api.errors import COMMON_PROBLEMS, ProblemAPI, http_problem, validation_problem
from {{ package }}.api.limits import BodyLimit, Deadline
from {{ package }}.api.middleware import Requests
from {{ package }}.api.routes import health
{% for one in resources %}
from {{ package }}.api.routes import {{ one.nouns }}
{% endfor %}
from {{ package }}.api.services import Services
{{ slot("app.imports") }}

type OpenServices = Callable[[], AbstractAsyncContextManager[Services]]


def create_app(
    open_services: OpenServices, *, docs: bool, cors_origins: str, max_body_bytes: int, timeout_seconds: float
) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[dict[str, Services]]:
        async with open_services() as services:
            yield {"services": services}

    {{ partial("cors") }}
    app = ProblemAPI(
        title="{{ name }}",
        lifespan=lifespan,
        redirect_slashes=False,  # a redirect would repeat the Host header that the client sent
        openapi_url="/openapi.json" if docs else None,
        generate_unique_id_function=lambda route: route.name,
        # Spans and metrics cost every request; the README says how to turn them on.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        exception_handlers={
            HTTPException: http_problem,
            RequestValidationError: validation_problem,
            {{ slot("app.exception_handlers") }}
        },
        responses=COMMON_PROBLEMS,
        middleware=[  # the outermost first
            {{ partial("middleware") }}
        ],
    )
{% for one in resources %}
    app.include_router({{ one.nouns }}.router)
{% endfor %}
    {{ slot("app.routes") }}
    app.add_route("/healthz", health.healthz)
    app.add_route("/readyz", health.readyz)
    return app

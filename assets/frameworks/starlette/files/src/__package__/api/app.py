"""Assembles the HTTP application. It is given its services and constructs none."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from {{ package }}.api.errors import disconnect_problem, http_problem
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
    open_services: OpenServices, *, cors_origins: str, max_body_bytes: int, timeout_seconds: float
) -> Starlette:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[dict[str, Services]]:
        async with open_services() as services:
            yield {"services": services}

    {{ partial("cors") }}
    app = Starlette(
        routes=[
{% for one in resources %}
            *{{ one.nouns }}.ROUTES,
{% endfor %}
            {{ slot("app.routes") }}
            Route("/healthz", health.healthz),
            Route("/readyz", health.readyz),
        ],
        lifespan=lifespan,
        exception_handlers={
            HTTPException: http_problem,
            ClientDisconnect: disconnect_problem,
            {{ slot("app.exception_handlers") }}
        },
        middleware=[  # the outermost first
            {{ partial("middleware") }}
        ],
    )
    app.router.redirect_slashes = False  # a redirect would repeat the Host header that the client sent
    return app

"""Assembles the HTTP API. It is given its services and constructs none."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from {{ package }}.api.errors import JsonRenderer, ProblemAPI, http_problem, raised_problem, validation_problem
{% for one in resources %}
from {{ package }}.api.routes import {{ one.nouns }}
{% endfor %}
from {{ package }}.api.problems import ProblemError
from {{ package }}.api.services import ApiRequest, Services
{{ slot("api.imports") }}

type Route[**P, R] = Callable[Concatenate[ApiRequest, P], R]


def create_api(all_services: Services, *, docs: bool) -> NinjaAPI:
    api = ProblemAPI(
        title="{{ name }}",
        openapi_url="/openapi.json" if docs else None,
        docs_url="/docs" if docs else None,
        urls_namespace="api",
        renderer=JsonRenderer(),
        {{ slot("api.arguments") }}
    )
    api.exception_handler(ProblemError)(raised_problem)
    api.exception_handler(HttpError)(http_problem)
    api.exception_handler(ValidationError)(validation_problem)
    api.add_decorator(in_transaction)  # pyright: ignore[reportUnknownMemberType] - a Callable of anything
    api.add_decorator(serve(all_services), mode="view")  # pyright: ignore[reportUnknownMemberType] - likewise
{% for one in resources %}
    api.add_router("", {{ one.nouns }}.router)
{% endfor %}
    {{ slot("api.routers") }}
    return api


def serve[**P, R](services: Services) -> Callable[[Route[P, R]], Route[P, R]]:
    """Put the services on each request, before anything else looks at it."""

    def decorate(route: Route[P, R]) -> Route[P, R]:
        @wraps(route)
        def run(request: ApiRequest, *args: P.args, **kwargs: P.kwargs) -> R:
            request.services = services
            return route(request, *args, **kwargs)

        return run

    return decorate


def in_transaction[**P, R](route: Route[P, R]) -> Route[P, R]:
    """Open one transaction around a route: committed before the response is sent, rolled back when the route raises.

    A GET reads only, without one.
    """

    @wraps(route)
    def run(request: ApiRequest, *args: P.args, **kwargs: P.kwargs) -> R:
        with request.services.transaction(read_only=request.method == "GET"):
            return route(request, *args, **kwargs)

    return run

"""Assembles the HTTP API. Each request has the services that `bootstrap.py` puts on it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from {{ package }}.api.errors import JsonRenderer, ProblemAPI, http_problem, raised_problem, validation_problem
{% for one in resources if one.can_get %}
from {{ package }}.api.routes import {{ one.nouns }}
{% endfor %}
from {{ package }}.api.problems import ProblemError
from {{ package }}.api.services import ApiRequest
{{ slot("api.imports") }}

type Route[**P, R] = Callable[Concatenate[ApiRequest, P], R]


def create_api(*, docs: bool) -> NinjaAPI:
    api = ProblemAPI(
        title="{{ name }}",
        # Without it, there is no /docs either.
        openapi_url="/openapi.json" if docs else None,
        urls_namespace="api",
        renderer=JsonRenderer(),
        {{ slot("api.arguments") }}
    )
    api.exception_handler(ProblemError)(raised_problem)
    api.exception_handler(HttpError)(http_problem)
    api.exception_handler(ValidationError)(validation_problem)
    api.add_decorator(in_transaction)  # pyright: ignore[reportUnknownMemberType] - a Callable of anything
{% for one in resources if one.can_get %}
    api.add_router("", {{ one.nouns }}.router)
{% endfor %}
    {{ slot("api.routers") }}
    return api


def in_transaction[**P, R](route: Route[P, R]) -> Route[P, R]:
    """Open one transaction around a route: committed before the response is sent, rolled back when the route raises.

    A GET reads only, without one.
    """

    @wraps(route)
    def run(request: ApiRequest, *args: P.args, **kwargs: P.kwargs) -> R:
        with request.services.transaction(read_only=request.method == "GET"):
            return route(request, *args, **kwargs)

    return run

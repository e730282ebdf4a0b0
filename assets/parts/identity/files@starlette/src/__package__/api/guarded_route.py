"""Routes that only known callers reach."""

from collections.abc import Awaitable, Callable, Collection
from functools import wraps
from typing import cast, final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from {{ package }}.api.services import services_of
from {{ package }}.domain.principal import Principal

type Handler = Callable[[Request], Awaitable[Response]]


@final
class GuardedRoute(Route):
    """Lets only callers with all these scopes reach the handler, or every known caller if there are none.

    Callers are refused before their body is read.
    """

    def __init__(self, path: str, handler: Handler, *, scopes: Collection[str], methods: Collection[str] = ("GET",)) -> None:
        self.scopes: frozenset[str] = frozenset(scopes)
        super().__init__(path, _guarded(handler, self.scopes), methods=methods)


def principal_of(request: Request) -> Principal:
    """Return the caller of a guarded route."""
    return cast("Principal", request.state.principal)


def _guarded(handler: Handler, scopes: frozenset[str]) -> Handler:
    @wraps(handler)
    async def handle(request: Request) -> Response:
        services = services_of(request)
        await services.guard.authorize(request, scopes)
{% if slot("identity.after_response") %}
        response = await handler(request)
        {{ slot("identity.after_response") }}
        return response
{% else %}
        return await handler(request)
{% endif %}

    return handle

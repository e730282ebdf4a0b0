"""Routes that only known callers reach: `APIRouter(route_class=GuardedRoute)` and `dependencies=requires(...)`."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Final, cast, override

from fastapi import Depends, Request, Response, Security, params
from fastapi.routing import APIRoute
{{ slot("identity.scheme_imports") }}

from {{ package }}.api.services import services_of
{{ slot("guarded_route.imports") }}
from {{ package }}.domain.principal import Principal

SCHEMES: Final = (
    {{ slot("identity.schemes") }}
)


def requires(*scopes: str) -> list[params.Depends]:
    """Let only callers with all these scopes reach a route, or every known caller if there are none."""
    return [cast("params.Depends", Security(scheme, scopes=scopes)) for scheme in SCHEMES]


async def get_principal(request: Request) -> Principal:
    return cast("Principal", request.state.principal)


Caller = Annotated[Principal, Depends(get_principal)]
"""The caller of a guarded route."""


class GuardedRoute(APIRoute):
    """Decides who may call before the body is read. FastAPI runs `Security` after that, so here it only documents."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[object, object, Response]]:
        handle = super().get_route_handler()
        scopes = required_scopes(self)

        async def guarded(request: Request) -> Response:
            services = services_of(request)
            await services.guard.authorize(request, scopes)
{% if slot("identity.after_response") %}
            response = await handle(request)
            {{ slot("identity.after_response") }}
            return response
{% else %}
            return await handle(request)
{% endif %}

        return guarded


{{ slot("guarded_route.classes") }}

def required_scopes(route: APIRoute) -> frozenset[str]:
    """Return the scopes that a route requires. A route that does not say it is a mistake, not a public route."""
    required = [found for found in route.dependencies if found.dependency in SCHEMES]
    if not required:
        message = f"got {route.path} without scopes; expected dependencies=requires(...)"
        raise TypeError(message)
    return frozenset(scope for found in required if isinstance(found, params.Security) for scope in found.scopes or ())

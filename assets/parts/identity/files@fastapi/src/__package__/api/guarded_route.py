"""The guard on FastAPI's routes. FastAPI reads and parses a body before its dependencies: they would come too late."""

from collections.abc import Callable, Coroutine
from typing import Final, final, override

from fastapi import Request, Response
from fastapi.routing import APIRoute
from {{ package }}.api.guard import scopes_of
from {{ package }}.api.services import get_services

SCHEMES: Final[dict[str, object]] = {
    {{ slot("identity.schemes") }}
}
"""The ways to show who one is, as OpenAPI has them."""


@final
class GuardedRoute(APIRoute):
    """A route that knows who calls before it reads what was sent; what it needs is part of its documentation."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[object, object, Response]]:
        handle = super().get_route_handler()
        scopes = scopes_of(self.endpoint)
        self.openapi_extra = {**(self.openapi_extra or {}), "security": [{name: sorted(scopes)} for name in SCHEMES]}

        async def guarded(request: Request) -> Response:
            services = await get_services(request)
            await services.guard.admit(request, scopes)
{% if slot("identity.renew") %}
            response = await handle(request)
            {{ slot("identity.renew") }}
            return response
{% else %}
            return await handle(request)
{% endif %}

        return guarded

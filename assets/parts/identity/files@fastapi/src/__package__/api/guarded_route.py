"""Authentication on FastAPI's routes. `Security(...)` would run after the body is read and parsed."""

from collections.abc import Callable, Coroutine
from typing import Final, final, override

from fastapi import Request, Response
from fastapi.routing import APIRoute
from {{ package }}.api.guard import scopes_of
from {{ package }}.api.services import get_services

SCHEMES: Final[dict[str, object]] = {
    {{ slot("identity.schemes") }}
}
"""The security schemes of the OpenAPI document."""


@final
class GuardedRoute(APIRoute):
    """A route that authenticates before it reads the body, and documents the scopes that it requires."""

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

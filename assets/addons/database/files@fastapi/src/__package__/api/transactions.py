"""One unit of work per request."""

from collections.abc import Callable, Coroutine
from typing import override

from fastapi import Request, Response
from fastapi.routing import APIRoute

from {{ package }}.api.services import services_of


class TransactionalRoute(APIRoute):
    """Commits when the route has returned, before the response is sent; rolls back when it raises. A GET reads only.

    `APIRouter(route_class=TransactionalRoute)` makes one of each route. What a dependency does after its `yield` comes
    after the commit.
    """

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[object, object, Response]]:
        handle = super().get_route_handler()

        async def handle_in_transaction(request: Request) -> Response:
            async with services_of(request).transaction(read_only=request.method == "GET"):
                return await handle(request)

        return handle_in_transaction

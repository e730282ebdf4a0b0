"""One unit of work per request."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from {{ package }}.api.services import services_of

type Handler = Callable[[Request], Awaitable[Response]]


def in_transaction(handler: Handler) -> Handler:
    """Commit when the handler has returned, before the response is sent; roll back when it raises. A GET reads only."""

    @wraps(handler)
    async def handle(request: Request) -> Response:
        async with services_of(request).transaction(read_only=request.method in {"GET", "HEAD"}):
            return await handler(request)

    return handle

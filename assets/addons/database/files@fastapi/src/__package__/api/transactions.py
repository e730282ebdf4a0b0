"""One unit of work per request."""

from collections.abc import AsyncGenerator

from fastapi import Request

from {{ package }}.api.services import services_of


async def in_transaction(request: Request) -> AsyncGenerator[None]:
    """Commit when the route has returned, before the response is sent; roll back when it raises. A GET reads only."""
    async with services_of(request).transaction(read_only=request.method == "GET"):
        yield

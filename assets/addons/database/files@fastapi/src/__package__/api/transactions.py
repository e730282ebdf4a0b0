"""One unit of work per request."""

from collections.abc import AsyncGenerator

from fastapi import Request

from {{ package }}.api.services import get_services


async def in_transaction(request: Request) -> AsyncGenerator[None]:
    """Commit when the route has returned, before the response is sent; roll back when it raises. A GET reads only."""
    services = await get_services(request)
    async with services.transaction(read_only=request.method == "GET"):
        yield

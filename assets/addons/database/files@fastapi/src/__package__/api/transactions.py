"""One request, one transaction."""

from collections.abc import AsyncGenerator

from fastapi import Request

from {{ package }}.api.services import get_services


async def in_transaction(request: Request) -> AsyncGenerator[None]:
    """Commit what a route does once it returns, before its answer is sent; roll it back when it raises."""
    services = await get_services(request)
    async with services.transaction(read_only=request.method == "GET"):
        yield

"""One request, one transaction."""

from collections.abc import AsyncGenerator

from fastapi import Request

from {{ package }}.api.services import services_of


async def in_transaction(request: Request) -> AsyncGenerator[None]:
    """Commit what a route does once it returns, before its answer is sent; roll it back when it raises."""
    async with services_of(request).transaction(read_only=request.method == "GET"):
        yield

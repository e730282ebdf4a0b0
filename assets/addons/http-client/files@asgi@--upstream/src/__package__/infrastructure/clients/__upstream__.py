"""The {{ upstream_words }} service over HTTP. Nothing else knows its paths and documents."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import final
from urllib.parse import quote
from msgspec import Struct
from {{ package }}.domain.{{ upstream }} import {{ Upstream }}Entry
from {{ package }}.infrastructure.clients.http import HttpService, RefusedError, open_service
from {{ package }}.infrastructure.config import {{ Upstream }}Settings
{{ slot("upstream.imports") }}


{{ partial("upstream_client.py") }}


@asynccontextmanager
async def open_{{ upstream }}(
    settings: {{ Upstream }}Settings,
    request_id: Callable[[], str | None],
    {{ slot("upstream.parameters") }}
) -> AsyncGenerator[{{ Upstream }}Client]:
    """Open the client of the {{ upstream_words }} service, which may be down."""
    async with open_service(
        "{{ upstream_words }} service",
        settings.url.text,
        request_id,
        timeout_seconds=settings.timeout,
        concurrency=settings.concurrency,
        proxy=settings.proxy.text,
        {{ slot("upstream.arguments") }}
    ) as service:
        yield {{ Upstream }}Client(service)

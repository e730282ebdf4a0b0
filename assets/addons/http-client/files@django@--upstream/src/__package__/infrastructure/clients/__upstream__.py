"""The {{ upstream_words }} service over HTTP. Nothing else knows its paths and documents."""

from collections.abc import Callable
from typing import final
from urllib.parse import quote
from msgspec import Struct
from {{ package }}.domain.{{ upstream }} import {{ Upstream }}Entry
from {{ package }}.infrastructure.clients.http import HttpService, RefusedError, open_service
from {{ package }}.infrastructure.config import {{ Upstream }}Settings
{{ slot("upstream.imports") }}


{{ partial("upstream_client.py") }}


def open_{{ upstream }}(
    settings: {{ Upstream }}Settings,
    request_id: Callable[[], str | None],
    {{ slot("upstream.parameters") }}
) -> {{ Upstream }}Client:
    """Return the client of the {{ upstream_words }} service, which may be down."""
    service = open_service(
        "{{ upstream_words }} service",
        settings.url.text,
        request_id,
        timeout_seconds=settings.timeout,
        concurrency=settings.concurrency,
        proxy=settings.proxy.text,
        {{ slot("upstream.arguments") }}
    )
    return {{ Upstream }}Client(service)

"""The {{ upstream_words }} service over HTTP. Nothing else knows its paths and documents."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import final
from msgspec import Struct
from {{ package }}.domain.{{ upstream }} import {{ Upstream }}Entry
from {{ package }}.domain.result import Err, Ok
from {{ package }}.infrastructure.clients.http import HttpService, open_service, path_segment
from {{ package }}.infrastructure.config import {{ Upstream }}Settings
{{ slot("upstream.imports") }}


class EntryDocument(Struct, frozen=True):
    """An entry as it is sent; members that are not listed are ignored."""

    reference: str
    name: str
{% if slot("upstream.documents") %}


{{ slot("upstream.documents") }}
{% endif %}


@final
class {{ Upstream }}Client:
    """The port `{{ Upstream }}` on the service itself."""

    def __init__(self, service: HttpService) -> None:
        self.check = service.check
        self._service = service

    async def find(self, reference: str) -> {{ Upstream }}Entry | None:
        """Return the entry under this reference."""
        try:
            path = f"entries/{path_segment(reference)}"
        except ValueError:
            return None
        match await self._service.call("GET", path, EntryDocument):
            case Ok(document):
                return {{ Upstream }}Entry(document.reference, document.name)
            case Err(404):
                return None
            case Err(status):
                raise self._service.unexpected(status)
{% if slot("upstream.methods") %}

    {{ slot("upstream.methods") }}
{% endif %}


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

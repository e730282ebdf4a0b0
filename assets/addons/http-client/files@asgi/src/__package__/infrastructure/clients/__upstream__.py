"""The {{ upstream_words }} service over HTTP. The documents it speaks in are known in here only."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Annotated, final
from msgspec import Meta, Struct
from {{ package }}.domain.{{ upstream }} import {{ Upstream }}Entry, {{ Upstream }}Rejected
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.clients.http import HttpUpstream, RequestId, open_upstream, path_segment
from {{ package }}.infrastructure.clients.memory_{{ upstream }} import InMemory{{ Upstream }}
from {{ package }}.infrastructure.config import {{ Upstream }}Settings
{{ slot("upstream.imports") }}


class EntryDocument(Struct, frozen=True):
    """An entry on the wire; members that are not needed are passed over."""

    reference: Annotated[str, Meta(min_length=1)]
    amount: Decimal

    def __post_init__(self) -> None:
        """Refuse what a Decimal takes and no amount is."""
        if not self.amount.is_finite():
            message = "not a finite number"
            raise ValueError(message)

    def to_domain(self) -> {{ Upstream }}Entry:
        """Return what it stands for."""
        return {{ Upstream }}Entry(self.reference, self.amount)


@final
class {{ Upstream }}Client:
    """The port `{{ Upstream }}` on the service itself."""

    def __init__(self, upstream: HttpUpstream) -> None:
        self.check = upstream.check
        self._upstream = upstream

    async def find(self, reference: str) -> Result[{{ Upstream }}Entry | None, {{ Upstream }}Rejected]:
        """Return the entry of this reference, if there is one."""
        segment = path_segment(reference)
        if segment is None:
            return Ok(None)
        match await self._upstream.ask("GET", f"entries/{segment}", EntryDocument):
            case Ok(document):
                return Ok(document.to_domain())
            case Err(404):
                return Ok(None)
            case Err(status):
                return Err({{ Upstream }}Rejected(f"answered {status}"))

    async def record(self, entry: {{ Upstream }}Entry) -> Result[{{ Upstream }}Entry, {{ Upstream }}Rejected]:
        """Have one more recorded; not repeated, as it could be there twice then."""
        document = EntryDocument(entry.reference, entry.amount)
        match await self._upstream.ask("POST", "entries", EntryDocument, document):
            case Ok(recorded):
                return Ok(recorded.to_domain())
            case Err(status):
                return Err({{ Upstream }}Rejected(f"answered {status}"))


@asynccontextmanager
async def open_{{ upstream }}(
    settings: {{ Upstream }}Settings,
    request_id: RequestId,
    {{ slot("upstream.parameters") }}
) -> AsyncGenerator[{{ Upstream }}Client | InMemory{{ Upstream }}]:
    """Give the service for as long as this one runs, or what stands in for it."""
    if settings.url.in_process:
        yield InMemory{{ Upstream }}()
        return
    name = "{{ upstream_words }} service"
    async with open_upstream(name, settings, request_id, {{ slot("upstream.passed") }}) as upstream:
        yield {{ Upstream }}Client(upstream)

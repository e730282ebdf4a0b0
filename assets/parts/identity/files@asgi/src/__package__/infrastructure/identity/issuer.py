"""The OpenID Connect issuer: its discovery document and its keys, fetched with bounds on size and time."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, closing
from http import HTTPStatus
from typing import Final, cast, final

import httpx2
import msgspec
from httpx2 import AsyncClient, Limits
from joserfc.jwk import Key
from msgspec import Struct, structs

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import OidcSettings
from {{ package }}.infrastructure.identity.refresh_ahead import ISSUER, PAUSE_SECONDS, RefreshAhead
from {{ package }}.infrastructure.identity.signing_keys import matching_keys, usable_keys
from {{ package }}.infrastructure.outgoing import BoundedTransport

TIMEOUT_SECONDS: Final = 3.0
MAX_BYTES: Final = 262_144
# msgspec.DecodeError and UnicodeDecodeError are ValueErrors.
FAILURES: Final = (httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError, RecursionError)


class Metadata(Struct, frozen=True):
    """The members of the discovery document that are needed. Every one is a URL."""

    issuer: str
    jwks_uri: str
    {{ slot("identity.metadata") }}


class JsonWebKeySet(Struct, frozen=True):
    keys: list[dict[str, object]]


@final
class Issuer:
    def __init__(self, settings: OidcSettings, http: AsyncClient) -> None:
        self.url = settings.issuer
        self.keys = RefreshAhead(self._fetch_keys)
        self._metadata = RefreshAhead(self._fetch_metadata)
        self._http = http

    async def metadata(self) -> Metadata:
        """Return the discovery document, or raise Unavailable."""
        return await self._metadata.get()

    async def find_keys(self, kid: str, alg: str) -> list[Key]:
        """Return the keys that may have signed with this id and algorithm. Raise Unavailable if that is not known."""
        found = matching_keys(await self.keys.get(), kid, alg)
        return found or matching_keys(await self.keys.get(max_age=PAUSE_SECONDS), kid, alg)

    async def check(self) -> str:
        """Return the state for readiness. With the last keys the service can work while the issuer is down."""
        await self.keys.get()
        return f"degraded: {self.keys.failure}" if self.keys.failure else "ok"

    def close(self) -> None:
        self.keys.close()
        self._metadata.close()

    async def _fetch_metadata(self) -> Metadata:
        metadata = await self._fetch(self.url.discovery, Metadata)
        if metadata.issuer != self.url.text:
            raise Unavailable(ISSUER, f"calls itself {metadata.issuer[:200]!r}")
        urls = cast("tuple[str | None, ...]", structs.astuple(metadata))
        if self.url.secure and not all(url.startswith("https://") for url in urls if url is not None):
            raise Unavailable(ISSUER, "publishes a URL that is not https://")
        return metadata

    async def _fetch_keys(self) -> Sequence[Key]:
        published = await self._fetch((await self._fetch_metadata()).jwks_uri, JsonWebKeySet)
        if keys := usable_keys(published.keys):
            return keys
        raise Unavailable(ISSUER, "publishes no key that can be used")

    async def _fetch[T](self, url: str, kind: type[T]) -> T:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                response = await self._http.get(url)
            if response.status_code == HTTPStatus.OK:
                return msgspec.json.decode(response.content, type=kind)
            reason = f"answered {response.status_code}"
        except FAILURES as error:
            reason = f"gives no good answer: {type(error).__name__}"
        raise Unavailable(ISSUER, reason)


@asynccontextmanager
async def open_issuer(settings: OidcSettings) -> AsyncGenerator[Issuer]:
    """Open the issuer for the lifetime of the service. It may be down at start."""
    transport = BoundedTransport(MAX_BYTES, Limits())
    async with AsyncClient(transport=transport, headers={"Accept": "application/json"}, timeout=TIMEOUT_SECONDS) as http:
        with closing(Issuer(settings, http)) as issuer:
            yield issuer

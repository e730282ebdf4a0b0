"""What the issuer says of itself: where things are, and with which keys it signs. Nothing of it is taken on trust."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from http import HTTPStatus
from ssl import SSLContext
from typing import Final, cast, final
import httpx2
import msgspec
from httpx2 import AsyncBaseTransport, AsyncClient
from joserfc.jwk import Key
from msgspec import Struct, structs
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import OidcSettings
from {{ package }}.infrastructure.identity.key_cache import KeyCache
from {{ package }}.infrastructure.identity.key_set import usable_keys

ISSUER: Final = "identity provider"
SECONDS: Final = 3.0
"""Everything that is asked of the issuer is answered by then, or not at all."""
LOOPBACK_WITHOUT_PROXY: Final[Mapping[str, AsyncBaseTransport | None]] = {
    "all://127.0.0.1": None,
    "all://[::1]": None,
    "all://localhost": None,
}
"""Mounts of an httpx2 client: an issuer on this machine is reached directly, also where HTTP_PROXY is set."""
_MOST_BYTES: Final = 262_144
# msgspec.DecodeError is a ValueError, and so is UnicodeDecodeError.
_FAILURES: Final = (httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError, RecursionError)


class Metadata(Struct, frozen=True):
    """The discovery document, as far as it is needed; apart from the name all of it is URLs."""

    issuer: str
    jwks_uri: str
    {{ slot("identity.metadata") }}


class KeySet(Struct, frozen=True):
    """A JSON Web Key Set as it comes."""

    keys: list[dict[str, object]]


@final
class Issuer:
    """Asks the issuer, and keeps its keys."""

    def __init__(self, settings: OidcSettings, http: AsyncClient) -> None:
        """Take the client; it belongs to `open_issuer`."""
        self.url = settings.issuer
        self.keys = KeyCache(self._fetch_keys)
        self._http = http

    async def metadata(self) -> Metadata:
        """Return the discovery document, or raise Unavailable when it cannot be had or is not this issuer's."""
        found = await self._fetch(self.url.discovery, Metadata)
        if found.issuer != self.url.text:
            raise Unavailable(ISSUER, f"calls itself {found.issuer[:200]!r}")
        if self.url.secure and not all(url.startswith("https://") for url in _urls(found)):
            raise Unavailable(ISSUER, "sends its callers to an address that is not https://")
        return found

    async def _fetch_keys(self) -> Mapping[str, Key]:
        found = await self._fetch((await self.metadata()).jwks_uri, KeySet)
        if keys := usable_keys(found.keys):
            return keys
        raise Unavailable(ISSUER, "has no key that can be used")

    async def _fetch[T](self, url: str, kind: type[T]) -> T:
        """Fetch a document, from nowhere else; neither its size nor the time it takes is left to the other side."""
        try:
            async with asyncio.timeout(SECONDS):
                return msgspec.json.decode(await self._read(url), type=kind)
        except _FAILURES as error:
            failure = Unavailable(ISSUER, f"gives no good answer: {type(error).__name__}")
        raise failure

    async def _read(self, url: str) -> bytes:
        content = bytearray()
        async with self._http.stream("GET", url) as response:
            if response.status_code != HTTPStatus.OK:
                raise Unavailable(ISSUER, f"answered {response.status_code}")
            async for piece in response.aiter_raw():
                content += piece
                if len(content) > _MOST_BYTES:
                    raise Unavailable(ISSUER, "answered with too much")
        return bytes(content)


@asynccontextmanager
async def open_issuer(settings: OidcSettings) -> AsyncGenerator[Issuer]:
    """Give the issuer for as long as the service runs; it need not be up."""
    plain = {"Accept": "application/json", "Accept-Encoding": "identity"}
    async with AsyncClient(verify=_tls(), headers=plain, timeout=SECONDS, follow_redirects=False, mounts=LOOPBACK_WITHOUT_PROXY) as http:
        issuer = Issuer(settings, http)
        try:
            yield issuer
        finally:
            issuer.keys.close()


@cache
def _tls() -> SSLContext:
    """Load the certificate authorities once: it takes longer than everything else here."""
    return httpx2.create_ssl_context()


def _urls(metadata: Metadata) -> list[str]:
    return [value for value in cast("tuple[str | None, ...]", structs.astuple(metadata)) if value is not None]

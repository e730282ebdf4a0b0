"""The OpenID Connect issuer: its discovery document and its keys, fetched with bounds on size and time."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, cast, final

import httpx2
import msgspec
from httpx2 import AsyncClient, Limits
from joserfc.jwk import Key
from msgspec import Struct, structs

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import OidcSettings
from {{ package }}.infrastructure.identity.signing_keys import KeysByUse, usable_keys
from {{ package }}.infrastructure.outgoing import BoundedTransport

ISSUER: Final = "identity provider"
FRESH_SECONDS: Final = 600.0
"""After this time the next request starts a fetch in the background."""
KEPT_SECONDS: Final = 3600.0
"""While the issuer is down, what it published last is used for this long."""
PAUSE_SECONDS: Final = 5.0
"""The shortest time between two fetches."""
TIMEOUT_SECONDS: Final = 3.0
MAX_BYTES: Final = 262_144
# msgspec.DecodeError and UnicodeDecodeError are ValueErrors.
FAILURES: Final = (httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError, RecursionError)

_logger = logging.getLogger(__name__)


class Metadata(Struct, frozen=True):
    """The members of the discovery document that are needed. Every one is a URL."""

    issuer: str
    jwks_uri: str
    {{ slot("identity.metadata") }}


class JsonWebKeySet(Struct, frozen=True):
    keys: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Published:
    metadata: Metadata
    keys: KeysByUse


@final
class Issuer:
    """Keeps what the issuer publishes, so that requests rarely wait for it and cannot make the service flood it.

    It runs at most one fetch at a time, and shares its result.
    """

    def __init__(self, settings: OidcSettings, http: AsyncClient) -> None:
        self.url = settings.issuer
        self.clock: Callable[[], float] = time.monotonic
        self.fetching: asyncio.Task[None] | None = None
        self._http = http
        self._failure = ""
        self._published: Published | None = None
        self._fetched_at = self._started_at = float("-inf")

    async def find_keys(self, kid: str, alg: str) -> list[Key]:
        """Return the keys that may have signed with this id and algorithm. Raise Unavailable if that is not known."""
        found = (await self.published()).keys.get((kid, alg))
        return found or (await self.published(PAUSE_SECONDS)).keys.get((kid, alg), [])

    async def check(self) -> str:
        """Return the state for readiness. With the last keys the service can work while the issuer is down."""
        await self.published()
        return f"degraded: {self._failure}" if self._failure else "ok"

    async def published(self, max_age: float = KEPT_SECONDS) -> Published:
        """Return what was fetched less than `max_age` seconds ago, or raise Unavailable."""
        age = self.clock() - self._fetched_at
        task = self._start() if self._failure or age >= min(max_age, FRESH_SECONDS) else None
        if age >= max_age:
            if task is not None:
                await asyncio.shield(task)  # other requests may wait for it when this one is cancelled
            if self._failure:
                raise Unavailable(ISSUER, self._failure, retry_after=int(PAUSE_SECONDS))
        return cast("Published", self._published)

    def close(self) -> None:
        if self.fetching is not None:
            self.fetching.cancel()

    def _start(self) -> asyncio.Task[None] | None:
        """Return the fetch that is running or a new one, or None if the last one began less than PAUSE_SECONDS ago."""
        if self.fetching is not None and not self.fetching.done():
            return self.fetching
        if self.clock() - self._started_at < PAUSE_SECONDS:
            return None
        self._started_at = self.clock()
        self.fetching = asyncio.create_task(self._run())
        return self.fetching

    async def _run(self) -> None:
        try:
            self._published = await self._fetch()
        except Unavailable as error:
            if not self._failure:
                _logger.warning("cannot fetch from the identity provider", extra={"reason": error.reason})
            self._failure = error.reason
        else:
            self._failure, self._fetched_at = "", self.clock()

    async def _fetch(self) -> Published:
        metadata = await self._fetch_document(self.url.discovery, Metadata)
        if metadata.issuer != self.url.text:
            raise Unavailable(ISSUER, f"calls itself {metadata.issuer[:200]!r}")
        urls = cast("tuple[str | None, ...]", structs.astuple(metadata))
        if self.url.secure and not all(url.startswith("https://") for url in urls if url is not None):
            raise Unavailable(ISSUER, "publishes a URL that is not https://")
        keys = usable_keys((await self._fetch_document(metadata.jwks_uri, JsonWebKeySet)).keys)
        if not keys:
            raise Unavailable(ISSUER, "publishes no key that can be used")
        return Published(metadata, keys)

    async def _fetch_document[T](self, url: str, kind: type[T]) -> T:
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
    async with AsyncClient(transport=BoundedTransport(MAX_BYTES, Limits())) as http:
        with closing(Issuer(settings, http)) as issuer:
            yield issuer

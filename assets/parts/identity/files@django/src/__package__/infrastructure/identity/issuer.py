"""The OpenID Connect issuer: its discovery document and its keys, fetched with bounds on size and time."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import Final, cast, final

import httpx2
import msgspec
from httpx2 import Client, Limits
from joserfc.jwk import Key
from msgspec import Struct, structs

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import OidcSettings
from {{ package }}.infrastructure.deadline import deadline
from {{ package }}.infrastructure.identity.signing_keys import KeysByUse, usable_keys
from {{ package }}.infrastructure.outgoing import BoundedTransport

ISSUER: Final = "identity provider"
FRESH_SECONDS: Final = 600.0
"""After this time the next request starts a fetch in the background."""
KEPT_SECONDS: Final = 3600.0
"""While the issuer is down, what it published last is used for this long."""
PAUSE_SECONDS: Final = 5.0
"""The shortest time between two fetches."""
WAIT_SECONDS: Final = 3.0
"""How long a request waits for a fetch, which then goes on for the next ones."""
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

    It runs at most one fetch at a time, in a thread of its own, and shares its result.
    """

    def __init__(self, settings: OidcSettings, http: Client) -> None:
        self.url = settings.issuer
        self.clock: Callable[[], float] = time.monotonic
        self.fetching: Future[None] | None = None
        self._http = http
        self._failure = ""
        self._published: Published | None = None
        self._fetched_at = self._started_at = float("-inf")
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="identity-provider")

    def find_keys(self, kid: str, alg: str) -> list[Key]:
        """Return the keys that may have signed with this id and algorithm. Raise Unavailable if that is not known."""
        found = self.published().keys.get((kid, alg))
        return found or self.published(PAUSE_SECONDS).keys.get((kid, alg), [])

    def check(self) -> str:
        """Return the state for readiness. With the last keys the service can work while the issuer is down."""
        self.published()
        return f"degraded: {self._failure}" if self._failure else "ok"

    def published(self, max_age: float = KEPT_SECONDS) -> Published:
        """Return what was fetched less than `max_age` seconds ago, or raise Unavailable."""
        with self._lock:
            age = self.clock() - self._fetched_at
            running = self._start() if self._failure or age >= min(max_age, FRESH_SECONDS) else None
        if age >= max_age:
            if running is not None and wait([running], WAIT_SECONDS).not_done:
                raise Unavailable(ISSUER, "does not answer", retry_after=int(PAUSE_SECONDS))
            if self._failure:
                raise Unavailable(ISSUER, self._failure, retry_after=int(PAUSE_SECONDS))
        return cast("Published", self._published)

    def _start(self) -> Future[None] | None:
        """Return the fetch that is running or a new one, or None if the last one began less than PAUSE_SECONDS ago."""
        if self.fetching is not None and not self.fetching.done():
            return self.fetching
        if self.clock() - self._started_at < PAUSE_SECONDS:
            return None
        self._started_at = self.clock()
        self.fetching = self._thread.submit(self._run)
        return self.fetching

    def _run(self) -> None:
        try:
            self._published = self._fetch()
        except Unavailable as error:
            if not self._failure:
                _logger.warning("cannot fetch from the identity provider", extra={"reason": error.reason})
            self._failure = error.reason
        else:
            self._failure, self._fetched_at = "", self.clock()

    def _fetch(self) -> Published:
        metadata = self._fetch_document(self.url.discovery, Metadata)
        if metadata.issuer != self.url.text:
            raise Unavailable(ISSUER, f"calls itself {metadata.issuer[:200]!r}")
        urls = cast("tuple[str | None, ...]", structs.astuple(metadata))
        if self.url.secure and not all(url.startswith("https://") for url in urls if url is not None):
            raise Unavailable(ISSUER, "publishes a URL that is not https://")
        keys = usable_keys(self._fetch_document(metadata.jwks_uri, JsonWebKeySet).keys)
        if not keys:
            raise Unavailable(ISSUER, "publishes no key that can be used")
        return Published(metadata, keys)

    def _fetch_document[T](self, url: str, kind: type[T]) -> T:
        try:
            with deadline(TIMEOUT_SECONDS):
                response = self._http.get(url)
            if response.status_code == HTTPStatus.OK:
                return msgspec.json.decode(response.content, type=kind)
            reason = f"answered {response.status_code}"
        except FAILURES as error:
            reason = f"gives no good answer: {type(error).__name__}"
        raise Unavailable(ISSUER, reason)


def create_issuer(settings: OidcSettings) -> Issuer:
    """Return the issuer, which nobody asks for anything yet: it may be down at start."""
    return Issuer(settings, Client(transport=BoundedTransport(MAX_BYTES, Limits())))

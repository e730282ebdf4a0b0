"""The OpenID Connect issuer: its discovery document and its keys, fetched with bounds on size and time."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final, cast, final

import httpx2
import msgspec
from httpx2 import Client, Limits
from joserfc.jwk import Key
from msgspec import Struct, structs

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import OidcSettings
from {{ package }}.infrastructure.deadline import deadline
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
    def __init__(self, settings: OidcSettings, http: Client) -> None:
        self.url = settings.issuer
        self.keys = RefreshAhead(self._fetch_keys)
        self._metadata = RefreshAhead(self._fetch_metadata)
        self._http = http

    def metadata(self) -> Metadata:
        """Return the discovery document, or raise Unavailable."""
        return self._metadata.get()

    def find_keys(self, kid: str, alg: str) -> list[Key]:
        """Return the keys that may have signed with this id and algorithm. Raise Unavailable if that is not known."""
        found = matching_keys(self.keys.get(), kid, alg)
        return found or matching_keys(self.keys.get(max_age=PAUSE_SECONDS), kid, alg)

    def check(self) -> str:
        """Return the state for readiness. With the last keys the service can work while the issuer is down."""
        self.keys.get()
        return f"degraded: {self.keys.failure}" if self.keys.failure else "ok"

    def _fetch_metadata(self) -> Metadata:
        metadata = self._fetch(self.url.discovery, Metadata)
        if metadata.issuer != self.url.text:
            raise Unavailable(ISSUER, f"calls itself {metadata.issuer[:200]!r}")
        urls = cast("tuple[str | None, ...]", structs.astuple(metadata))
        if self.url.secure and not all(url.startswith("https://") for url in urls if url is not None):
            raise Unavailable(ISSUER, "publishes a URL that is not https://")
        return metadata

    def _fetch_keys(self) -> Sequence[Key]:
        published = self._fetch((self._fetch_metadata()).jwks_uri, JsonWebKeySet)
        if keys := usable_keys(published.keys):
            return keys
        raise Unavailable(ISSUER, "publishes no key that can be used")

    def _fetch[T](self, url: str, kind: type[T]) -> T:
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
    transport = BoundedTransport(MAX_BYTES, Limits())
    return Issuer(settings, Client(transport=transport, headers={"Accept": "application/json"}, timeout=TIMEOUT_SECONDS))

"""Access tokens for calls to another service, by the client credentials grant (RFC 6749, section 4.4)."""

import time
from collections.abc import Callable, Generator
from http import HTTPStatus
from threading import Lock
from typing import Final, final, override
from urllib.parse import quote_plus
import msgspec
from httpx2 import Client, Auth, BasicAuth, Limits, Request, Response
from msgspec import Struct
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import {{ Upstream }}ClientSettings
from {{ package }}.infrastructure.deadline import deadline, seconds_left
from {{ package }}.infrastructure.identity.issuer import FAILURES, ISSUER, MAX_BYTES, TIMEOUT_SECONDS, Issuer
from {{ package }}.infrastructure.outgoing import BoundedTransport

USED_FOR: Final = 0.9
"""The part of its life for which a token is used."""


class TokenAnswer(Struct, frozen=True):
    """What a token endpoint says; a token without `expires_in` is taken to be short-lived."""

    access_token: str = ""
    token_type: str = ""
    expires_in: float = 60.0
    error: str = ""


@final
class ClientCredentials(Auth):
    """Puts a token on each request. One call fetches it for all; if it is refused, it is replaced once."""

    def __init__(self, settings: {{ Upstream }}ClientSettings, issuer: Issuer, http: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._issuer = issuer
        self._http = http
        self._clock = clock
        self._fetching = Lock()
        self._token = ""
        self._good_until = 0.0

    @override
    def sync_auth_flow(self, request: Request) -> Generator[Request, Response]:
        token = self.token()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            request.headers["Authorization"] = f"Bearer {self.token(refused=token)}"
            yield request

    def token(self, refused: str = "") -> str:
        """Return a good token other than the refused one, or raise `Unavailable`."""
        if not self._fetching.acquire(timeout=seconds_left()):
            raise TimeoutError
        try:
            if self._token == refused or self._clock() >= self._good_until:
                answer = self._fetch()
                if answer.token_type.lower() != "bearer" or not answer.access_token:
                    raise Unavailable(ISSUER, f"gives no bearer token: {answer.error[:80]}")
                self._token = answer.access_token
                self._good_until = self._clock() + answer.expires_in * USED_FOR
            return self._token
        finally:
            self._fetching.release()

    def _fetch(self) -> TokenAnswer:
        settings = self._settings
        endpoint = self._issuer.published().metadata.token_endpoint
        form = {"grant_type": "client_credentials", "scope": settings.scope, "audience": settings.audience}
        # RFC 6749, section 2.3.1: id and secret are form-encoded before they are put together.
        basic = BasicAuth(quote_plus(settings.client_id), quote_plus(settings.client_secret.text))
        try:
            with deadline(TIMEOUT_SECONDS):
                sent = {name: value for name, value in form.items() if value}
                response = self._http.post(endpoint, data=sent, auth=basic)
            return msgspec.json.decode(response.content, type=TokenAnswer, strict=False)
        except FAILURES as error:
            raise Unavailable(ISSUER, f"gives no good answer: {type(error).__name__}") from None


def open_client_credentials(settings: {{ Upstream }}ClientSettings, issuer: Issuer) -> ClientCredentials | None:
    """Return what puts tokens on calls, or None without a client id. The issuer may be down."""
    if not settings.client_id:
        return None
    transport = BoundedTransport(MAX_BYTES, Limits(max_connections=1))
    http = Client(transport=transport, timeout=TIMEOUT_SECONDS, headers={"Accept": "application/json"})
    return ClientCredentials(settings, issuer, http)

"""The client credentials grant (RFC 6749, section 4.4) through Authlib, whose lack of types ends here."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Annotated, Final, Protocol, cast, final
import httpx2
import msgspec
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from httpx2 import Limits
from msgspec import Meta, Struct
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.clients.access_tokens import AccessTokens, BearerAuth, Token
from {{ package }}.infrastructure.clients.transport import NO_TLS, BoundedTransport, authorities
from {{ package }}.infrastructure.config import {{ Upstream }}ClientSettings
from {{ package }}.infrastructure.identity.refresh_ahead import ISSUER
from {{ package }}.infrastructure.identity.issuer import Issuer

SECONDS: Final = 3.0
"""The token endpoint has answered by then, or not at all."""
_MOST_BYTES: Final = 262_144
_LOCAL: Final = "http://"
_FAILURES: Final = (httpx2.HTTPError, httpx2.InvalidURL, ValueError, TypeError, OSError, RecursionError)


class Granted(Struct, frozen=True):
    """What a token endpoint answers; without `expires_in` a token is taken to be short-lived."""

    access_token: Annotated[str, Meta(min_length=1)]
    token_type: str
    expires_in: Annotated[float, Meta(gt=0)] = 60.0


class _Flow(Protocol):
    """As much of Authlib's client as is used."""

    async def fetch_token(self, url: str, *, grant_type: str, **parameters: str) -> dict[str, object]: ...

    async def aclose(self) -> None: ...


@final
class ClientCredentials:
    """What the issuer knows this service by."""

    def __init__(self, issuer: Issuer, settings: {{ Upstream }}ClientSettings) -> None:
        self._issuer = issuer
        self._settings = settings

    async def fetch(self) -> Token:
        """Return a token, or raise Unavailable."""
        endpoint = (await self._issuer.metadata()).token_endpoint
        if endpoint is None:
            raise Unavailable(ISSUER, "has no token_endpoint")
        try:
            return await self._ask(endpoint)
        except OAuthError as error:
            failure = Unavailable(ISSUER, f"refuses this service: {str(cast('object', error.error))[:80]}")
        except _FAILURES as error:
            failure = Unavailable(ISSUER, f"gives no good answer: {type(error).__name__}")
        # Raised out here, it has no context: the secret is in that.
        raise failure

    async def _ask(self, endpoint: str) -> Token:
        parameters = {"audience": self._settings.audience} if self._settings.audience else {}
        async with asyncio.timeout(SECONDS), aclosing(self._flow(endpoint)) as flow:
            answer = await flow.fetch_token(endpoint, grant_type="client_credentials", **parameters)
        granted = msgspec.convert(answer, Granted, strict=False)
        if granted.token_type.lower() != "bearer":
            raise Unavailable(ISSUER, "gave a token that is not to be borne")
        return Token(granted.access_token, granted.expires_in)

    def _flow(self, endpoint: str) -> _Flow:
        tls = NO_TLS if endpoint.startswith(_LOCAL) else authorities()
        client = AsyncOAuth2Client(
            self._settings.client_id,
            self._settings.client_secret.text,
            scope=self._settings.scope or None,
            timeout=SECONDS,
            transport=BoundedTransport(_MOST_BYTES, tls, Limits(max_connections=1)),
            follow_redirects=False,
            trust_env=False,
        )
        return cast("_Flow", cast("object", client))


@asynccontextmanager
async def open_client_credentials(settings: {{ Upstream }}ClientSettings, issuer: Issuer) -> AsyncGenerator[BearerAuth | None]:
    """Give what puts tokens on calls, or nothing where no client id is set; the issuer need not be up."""
    if not settings.client_id:
        yield None
        return
    tokens = AccessTokens(ClientCredentials(issuer, settings).fetch)
    try:
        yield BearerAuth(tokens)
    finally:
        tokens.close()

"""The authorization code flow with PKCE (OpenID Connect Core, 3.1) through Authlib, whose lack of types ends here."""

import asyncio
import logging
import re
from contextlib import aclosing
from functools import cache
from ssl import SSLContext
from typing import Final, Protocol, cast, final, override

import httpx2
import msgspec
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from httpx2 import AsyncHTTPTransport, Request, Response

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import LoginSettings
from {{ package }}.infrastructure.identity.issuer import ISSUER

SECONDS: Final = 3.0
"""The token endpoint has answered by then, or not at all."""
_MOST_BYTES: Final = 262_144
# What RFC 6749, section 2.3.1, would have encoded before Basic does, and hardly anybody does alike.
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~-]*")
_logger = logging.getLogger(__name__)


class CodeRefusedError(Exception):
    """The issuer does not take this code: it is used, too old, or another's."""


class Granted(msgspec.Struct, frozen=True):
    """What a token endpoint answers, as far as it is needed."""

    id_token: str


class _Flow(Protocol):
    """As much of Authlib's client as is used."""

    def create_authorization_url(self, url: str, **parameters: str) -> tuple[str, str]: ...

    async def fetch_token(self, url: str, **parameters: str) -> dict[str, object]: ...

    async def aclose(self) -> None: ...


@final
class OidcClient:
    """Speaks with the issuer's endpoints for one registration."""

    def __init__(self, settings: LoginSettings, callback: str) -> None:
        self._settings = settings
        self._callback = callback

    def authorization_url(self, endpoint: str, *, state: str, nonce: str, verifier: str) -> str:
        """Return where a browser is sent to."""
        asked = self._flow().create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
        return asked[0]

    async def id_token(self, endpoint: str, *, code: str, verifier: str) -> str:
        """Return the ID token for a code; raise CodeRefusedError, or Unavailable when there is no good answer."""
        try:
            async with asyncio.timeout(SECONDS), aclosing(self._flow()) as flow:
                answer = await flow.fetch_token(endpoint, code=code, code_verifier=verifier)
                return msgspec.convert(answer, Granted).id_token
        except OAuthError as error:
            failure = _refused(str(cast("object", error.error)))
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError, RecursionError) as error:
            failure = Unavailable(ISSUER, f"gives no good answer: {type(error).__name__}")
        # Raised out here, it has no context: the code and the client's secret are in that.
        raise failure

    def _flow(self) -> _Flow:
        """Make one for each use: it keeps the tokens that it was given last."""
        settings = self._settings
        plain = _PLAIN.fullmatch(settings.client_id + settings.client_secret.text)
        confidential = "client_secret_basic" if plain else "client_secret_post"
        client = AsyncOAuth2Client(
            settings.client_id,
            settings.client_secret.text,
            token_endpoint_auth_method=confidential if settings.client_secret.text else "none",
            scope=settings.scopes,
            redirect_uri=self._callback,
            code_challenge_method="S256",
            timeout=SECONDS,
            transport=_Bounded(verify=_tls()),
            grant_type="authorization_code",
        )
        return cast("_Flow", cast("object", client))


@cache
def _tls() -> SSLContext:
    """Load the certificate authorities once."""
    return httpx2.create_ssl_context()


class _Bounded(AsyncHTTPTransport):
    """Reads no more than is reasonable, and unpacks nothing."""

    @override
    async def handle_async_request(self, request: Request) -> Response:
        request.headers["Accept-Encoding"] = "identity"
        response = await super().handle_async_request(request)
        content = bytearray()
        try:
            async for piece in response.aiter_raw():
                content += piece
                if len(content) > _MOST_BYTES:
                    message = "the answer is too long"
                    raise httpx2.RemoteProtocolError(message)
        finally:
            await response.aclose()
        return Response(response.status_code, content=bytes(content), request=request)


def _refused(code: str) -> CodeRefusedError | Unavailable:
    """Say whose fault it is: only invalid_grant is the browser's, the others are for whoever runs this."""
    if code == "invalid_grant":
        return CodeRefusedError()
    _logger.error("the identity provider refuses this service", extra={"reason": code[:80]})
    return Unavailable(ISSUER, "refuses this service")

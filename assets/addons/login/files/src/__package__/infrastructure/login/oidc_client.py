"""The authorization code flow with PKCE (OpenID Connect Core, 3.1) through Authlib, which has no types."""

from typing import Protocol, cast, final
from urllib.parse import quote_plus, urlencode

import msgspec
from authlib.integrations.httpx_client import {{ slot("login.client_name", "OAuth2Client") }}, OAuthError
from httpx2 import BasicAuth, Limits

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.principal import Principal
{{ slot("login.person_imports") }}
from {{ package }}.domain.result import Err, Result
from {{ package }}.domain.sign_in import Attempt
from {{ package }}.infrastructure.config import LoginSettings
from {{ package }}.infrastructure.identity.issuer import FAILURES, ISSUER, MAX_BYTES, TIMEOUT_SECONDS, Issuer
from {{ package }}.infrastructure.identity.jwt import JwtVerifier
from {{ package }}.infrastructure.login.id_tokens import verify_id_token
from {{ package }}.infrastructure.login.public_url import PublicUrl
from {{ package }}.infrastructure.outgoing import BoundedTransport
{{ slot("login.client_imports") }}


class TokenResponse(msgspec.Struct, frozen=True):
    id_token: str


class _Flow(Protocol):
    """The part of Authlib's client that is used."""

    def create_authorization_url(self, url: str, **parameters: str) -> tuple[str, str]: ...

    async def fetch_token(self, url: str, **parameters: object) -> dict[str, object]: ...

    async def {{ slot("login.client_close", "close") }}(self) -> None: ...


@final
class OidcClient:
    """The issuer's client for this service."""

    def __init__(self, issuer: Issuer, jwts: JwtVerifier, settings: LoginSettings, public_url: PublicUrl) -> None:
        self.name: str = issuer.url.text
        self._issuer = issuer
        self._jwts = jwts
        self._settings = settings
        self._public_url = public_url

    async def authorization_url(self, attempt: Attempt) -> str:
        endpoint = (await self._issuer.published()).metadata.authorization_endpoint
        url, _state = self._flow().create_authorization_url(
            endpoint, state=attempt.state, nonce=attempt.nonce, code_verifier=attempt.code_verifier
        )
        return url

    async def redeem(self, code: str, attempt: Attempt) -> Result[{{ slot("login.person_type", "Principal") }}, str]:
        """Return who has signed in, or why the answer is refused."""
        endpoint = (await self._issuer.published()).metadata.token_endpoint
        token = await self._fetch_id_token(endpoint, code, attempt.code_verifier)
        if token is None:
            return Err("The identity provider refused the code.")
        return await verify_id_token(self._jwts, self._settings, token, attempt.nonce)

    async def logout_url(self) -> str | None:
        """Return where the browser signs out of the provider too. OpenID Connect RP-Initiated Logout, section 2."""
        endpoint = (await self._issuer.published()).metadata.end_session_endpoint
        parameters = {"client_id": self._settings.client_id, "post_logout_redirect_uri": f"{self._public_url}/"}
        return endpoint and f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters)}"

    async def _fetch_id_token(self, endpoint: str, code: str, code_verifier: str) -> str | None:
        """Return the ID token, or None if the code is refused: it was used before, is too old, or is another's."""
        try:
            async with {{ slot("login.client_flow", "self._flow()") }} as flow:
                answer = await flow.fetch_token(endpoint, code=code, code_verifier=code_verifier, auth=self._auth())
                return msgspec.convert(answer, TokenResponse).id_token
        except OAuthError as error:
            answered = str(cast("object", error.error))
            if answered == "invalid_grant":
                return None
            reason = f"refuses this service: {answered[:80]}"
        except FAILURES as error:
            reason = f"gives no good answer: {type(error).__name__}"
        raise Unavailable(ISSUER, reason)  # outside the except block: the error has the code and the secret

    def _auth(self) -> BasicAuth | None:
        """Return the credentials form-encoded (RFC 6749, section 2.3.1). Authlib would send them as they are."""
        client_id, secret = self._settings.client_id, self._settings.client_secret.text
        return BasicAuth(quote_plus(client_id), quote_plus(secret)) if secret else None

    def _flow(self) -> _Flow:
        """Return a new client for each use, because it keeps the tokens of the last one."""
        client = {{ slot("login.client_name", "OAuth2Client") }}(
            self._settings.client_id,
            scope=self._settings.scopes,
            redirect_uri=f"{self._public_url}/callback",
            code_challenge_method="S256",
            transport=BoundedTransport(MAX_BYTES, Limits()),
            grant_type="authorization_code",
        )
        return cast("_Flow", cast("object", client))

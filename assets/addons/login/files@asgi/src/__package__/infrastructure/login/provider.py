"""The identity provider as signing in needs it: where to send browsers, and who comes back."""

import asyncio
import time
from typing import Final, final
from urllib.parse import urlencode

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Result
from {{ package }}.domain.sign_in import Attempt
from {{ package }}.infrastructure.config import LoginSettings
from {{ package }}.infrastructure.identity.issuer import ISSUER, Issuer, Metadata
from {{ package }}.infrastructure.login.id_tokens import IdTokens
from {{ package }}.infrastructure.login.oidc_client import CodeRefusedError, OidcClient
from {{ package }}.infrastructure.login.public_url import PublicUrl

FRESH_SECONDS: Final = 600.0
"""For this long the issuer's addresses are taken from memory."""
PAUSE_SECONDS: Final = 5.0
"""At least this long lies between two questions for them, however many want to sign in."""


@final
class OidcProvider:
    """One issuer, and this service as its client."""

    def __init__(self, issuer: Issuer, settings: LoginSettings, public_url: PublicUrl) -> None:
        self.name = issuer.url.text
        self._issuer = issuer
        self._settings = settings
        self._public_url = public_url
        self._client = OidcClient(settings, public_url.callback)
        self._id_tokens = IdTokens(issuer, settings.client_id, settings.person_roles_claim)
        self._lock = asyncio.Lock()
        self._known: Metadata | None = None
        self._asked_at = float("-inf")

    async def authorization_url(self, attempt: Attempt) -> str:
        """Return where to send the browser."""
        endpoint = (await self._metadata()).authorization_endpoint
        if endpoint is None:
            raise Unavailable(ISSUER, "has no authorization_endpoint")
        state, nonce, verifier = attempt.state, attempt.nonce, attempt.verifier
        return self._client.authorization_url(endpoint, state=state, nonce=nonce, verifier=verifier)

    async def principal(self, code: str, attempt: Attempt) -> Result[Principal, str]:
        """Say who came back with this code, or why that cannot be believed."""
        endpoint = (await self._metadata()).token_endpoint
        if endpoint is None:
            raise Unavailable(ISSUER, "has no token_endpoint")
        try:
            token = await self._client.id_token(endpoint, code=code, verifier=attempt.verifier)
        except CodeRefusedError:
            return Err("the issuer does not take the code; it may have been used already")
        return await self._id_tokens.principal(token, attempt.nonce)

    async def logout_url(self) -> str | None:
        """Return where a browser signs out of the provider too, if it can. OpenID Connect RP-Initiated Logout, 2."""
        endpoint = (await self._metadata()).end_session_endpoint
        if endpoint is None:
            return None
        back = {"client_id": self._settings.client_id, "post_logout_redirect_uri": f"{self._public_url}/"}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(back)}"

    async def _metadata(self) -> Metadata:
        async with self._lock:
            age = time.monotonic() - self._asked_at
            if self._known is None or age > FRESH_SECONDS:
                if age < PAUSE_SECONDS:
                    raise Unavailable(ISSUER, "was asked a moment ago", retry_after=int(PAUSE_SECONDS))
                self._asked_at = time.monotonic()
                self._known = None
                self._known = await self._issuer.metadata()
            return self._known

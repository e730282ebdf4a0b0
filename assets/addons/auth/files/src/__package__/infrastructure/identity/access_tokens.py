"""Access tokens: JWTs of the issuer that are meant for this service, and are no ID tokens."""

from typing import Final, cast, final

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.config import TokenSettings
from {{ package }}.infrastructure.identity.jwt import Jwt, JwtVerifier, words_in

_ID_TOKEN_CLAIMS: Final = ("nonce", "at_hash", "c_hash", "s_hash")
_CLIENT_CLAIMS: Final = ("client_id", "azp", "cid", "appid")
"""The client that a token was issued to, as RFC 9068 and Cognito, OpenID Connect, Okta, and Entra ID 1.0 name it."""
_KINDS: Final = {"typ": "Bearer", "token_use": "access"}
"""How Keycloak and Cognito mark access tokens; their ID and refresh tokens have other values."""


@final
class AccessTokenVerifier:
    def __init__(self, jwts: JwtVerifier, settings: TokenSettings) -> None:
        self._jwts = jwts
        self._expected = jwts.expecting({"aud": {"value": settings.audience}})
        self._clients_without_audience = settings.clients_without_audience.split()
        self._roles_claim = settings.roles_claim

    async def verify(self, token: str) -> Result[Principal, str]:
        """Return the caller, or what is wrong with the token. Raise Unavailable if the issuer's keys are not known."""
        verified = await self._jwts.verify(token, self._expected)
        if isinstance(verified, Err):
            return verified
        jwt = verified.value
        if not is_access_token(jwt):
            return Err("The token is not an access token.")
        if "aud" not in jwt.claims and jwt.claims.get("client_id") not in self._clients_without_audience:
            return Err("The token has no audience.")
        return Ok(Principal(jwt.subject, self._permissions(jwt)))

    def _permissions(self, jwt: Jwt) -> frozenset[str]:
        granted = words_in(jwt.claims, "scope") | words_in(jwt.claims, "scp")
        return granted | words_in(jwt.claims, self._roles_claim) if self._roles_claim else granted


def is_access_token(jwt: Jwt) -> bool:
    """Tell access tokens from ID tokens, which may have the same audience. RFC 9068, section 4; RFC 8725, section 3.12.

    A token that is bound to a key (cnf) is refused: it would be accepted from whoever stole it.
    """
    claims = jwt.claims
    if jwt.kind not in {"at+jwt", "jwt"} or "cnf" in claims or "events" in claims:
        return False
    if marks := [claims[name] == kind for name, kind in _KINDS.items() if name in claims]:
        return all(marks)
    return jwt.kind == "at+jwt" or (not any(name in claims for name in _ID_TOKEN_CLAIMS) and _names_a_client(jwt))


def _names_a_client(jwt: Jwt) -> bool:
    """Tell whether the token was issued to a client for another service. An ID token's audience is its client."""
    if words_in(jwt.claims, "scope") or words_in(jwt.claims, "scp"):
        return True
    audience = jwt.claims.get("aud")
    audiences = cast("list[object]", audience) if isinstance(audience, list) else [audience]
    return any(name in jwt.claims and jwt.claims[name] not in audiences for name in _CLIENT_CLAIMS)

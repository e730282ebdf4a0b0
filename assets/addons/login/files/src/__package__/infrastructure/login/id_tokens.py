"""ID tokens: JWTs of the issuer about a person, for this client and this attempt. OpenID Connect Core, 3.1.3.7."""

from joserfc.jwt import ClaimsOption

from {{ package }}.domain.principal import Principal
{{ slot("login.person_imports") }}
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.config import LoginSettings
from {{ package }}.infrastructure.identity.jwt import Jwt, JwtVerifier, words_in


async def verify_id_token(jwts: JwtVerifier, settings: LoginSettings, token: str, nonce: str) -> Result[{{ slot("login.person_type", "Principal") }}, str]:
    """Return the person, or what is wrong with the token. Raise Unavailable if the issuer's keys are not known."""
    client, attempt = ClaimsOption(essential=True, value=settings.client_id), ClaimsOption(essential=True, value=nonce)
    expected = jwts.expecting({"aud": client, "nonce": attempt, "iat": ClaimsOption(essential=True)})
    verified = await jwts.verify(token, expected)
    if isinstance(verified, Err):
        return verified
    jwt = verified.value
    if not _is_id_token(jwt) or not _is_for(jwt, settings.client_id):
        return Err("The token is not an ID token for this client.")
    return Ok({{ slot("login.person", "Principal(jwt.subject, words_in(jwt.claims, settings.person_roles_claim))") }})


def _is_id_token(jwt: Jwt) -> bool:
    """Tell ID tokens from the other tokens of Keycloak, which marks them with `typ`, and Cognito, with `token_use`."""
    marks = jwt.claims.get("typ", "ID"), jwt.claims.get("token_use", "id")
    return jwt.kind == "jwt" and marks == ("ID", "id")


def _is_for(jwt: Jwt, client_id: str) -> bool:
    several = jwt.claims["aud"] not in (client_id, [client_id])
    return jwt.claims.get("azp", "" if several else client_id) == client_id


{{ slot("login.person_functions") }}

"""Tokens for programs: whoever asks gets one, for the scopes it asks for."""

from local_issuer.provider import TOKEN_SECONDS, Answer, Asked, Provider
from {{ package }}.infrastructure.config import TokenSettings, load_section


def client_credentials(provider: Provider, asked: Asked) -> Answer:
    """Answer OAuth's grant of that name; the audience is this service unless another is asked for."""
    scope = asked.parameters.get("scope", "")
    audience = asked.parameters.get("audience") or load_section(TokenSettings).audience
    issued = access_token(provider, asked.parameters.get("client_id", "developer"), audience, scope)
    document = {"access_token": issued, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": scope}
    return Answer.json(document)


def access_token(provider: Provider, subject: str, audience: str, scope: str) -> str:
    """Return a token as RFC 9068 has them."""
    claims = provider.claims(subject, audience, client_id=subject, scope=scope)
    return provider.sign(claims, typ="at+jwt")

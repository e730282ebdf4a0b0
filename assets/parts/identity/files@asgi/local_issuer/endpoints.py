"""What the issuer can be asked for."""

from collections.abc import Mapping
from typing import Final
from local_issuer.provider import Answer, Asked, Endpoint, Provider
{{ slot("issuer.imports") }}


def discovery(provider: Provider, _asked: Asked) -> Answer:
    """Say where everything is."""
    return Answer.json(
        {
            "issuer": provider.url,
            "jwks_uri": f"{provider.url}/jwks",
            "token_endpoint": f"{provider.url}/token",
            "grant_types_supported": [*provider.grants],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            {{ slot("issuer.metadata") }}
        }
    )


def jwks(provider: Provider, _asked: Asked) -> Answer:
    """Publish the public halves of the keys."""
    return Answer.json({"keys": [key.as_dict(private=False) for key in provider.published]})


def token(provider: Provider, asked: Asked) -> Answer:
    """Give tokens for a grant."""
    grant = provider.grants.get(asked.parameters.get("grant_type", ""))
    return grant(provider, asked) if grant else Answer.error("unsupported_grant_type")


ENDPOINTS: Final[Mapping[tuple[str, str], Endpoint]] = {
    ("GET", "/.well-known/openid-configuration"): discovery,
    ("GET", "/jwks"): jwks,
    ("POST", "/token"): token,
    {{ slot("issuer.endpoints") }}
}
GRANTS: Final[Mapping[str, Endpoint]] = {
    {{ slot("issuer.grants") }}
}

"""What claims mean, for the issuers that there are: nobody marks an access token as everybody else does."""

from collections.abc import Mapping
from typing import Annotated, Final, cast
import msgspec
from msgspec import Meta, Raw, Struct, UnsetType, field

type Names = str | list[str]

_MISSING: Final = msgspec.UNSET
type _Maybe = Raw | UnsetType


class Claims(Struct, frozen=True, kw_only=True):
    """Those that every token must have, those that bound it, and those that tell what kind of token it is.

    The first four are required by RFC 9068, section 2.2; times are in seconds since 1970.
    """

    iss: str
    sub: Annotated[str, Meta(min_length=1)]
    aud: Names
    exp: float
    nbf: float = 0
    iat: float = 0
    scope: object = ""
    scp: object = ""
    typ: str = ""
    """Keycloak's mark."""
    token_use: str = ""
    """Cognito's mark."""
    nonce: _Maybe = _MISSING
    access_token_hash: _Maybe = field(default=_MISSING, name="at_hash")
    code_hash: _Maybe = field(default=_MISSING, name="c_hash")
    state_hash: _Maybe = field(default=_MISSING, name="s_hash")
    # A proof of a key is nothing that this service asks for: such a token would be good for whoever stole it.
    confirmation: _Maybe = field(default=_MISSING, name="cnf")
    events: _Maybe = _MISSING
    # For which client it was issued, in the words of RFC 9068, Okta, Entra ID, and of OpenID Connect's ID tokens too.
    client_id: str = ""
    cid: str = ""
    appid: str = ""
    azp: str = ""

    @property
    def audiences(self) -> list[str]:
        """Whom it is for."""
        return [self.aud] if isinstance(self.aud, str) else self.aud


def is_for_access(typ: str, claims: Claims) -> bool:
    """Tell whether it is an access token to be borne: never an ID token, a refresh token or one of logging out."""
    kind = typ.lower().removeprefix("application/")
    if kind not in {"at+jwt", "jwt"} or claims.confirmation is not _MISSING or claims.events is not _MISSING:
        return False
    if claims.typ or claims.token_use:
        return (claims.typ, claims.token_use) in {("Bearer", ""), ("", "access")}
    return kind == "at+jwt" or (not _is_id_token(claims) and _is_for_a_client(claims))


def permissions(claims: Claims) -> frozenset[str]:
    """Return everything that the token permits in `scope` or `scp`."""
    return frozenset((*_words(claims.scope), *_words(claims.scp)))


def roles(claims: bytes, path: str) -> frozenset[str]:
    """Return what a claim permits that is found by its name, which may have dots in it, or by the names on the way."""
    return frozenset(_words(_inside(msgspec.json.decode(claims, type=dict[str, object]), path)))


def _is_id_token(claims: Claims) -> bool:
    marks = (claims.nonce, claims.access_token_hash, claims.code_hash, claims.state_hash)
    return any(mark is not _MISSING for mark in marks)


def _is_for_a_client(claims: Claims) -> bool:
    """Tell whether a client may use it elsewhere; an ID token, which is for the client itself, may say nothing else."""
    if claims.client_id or claims.cid or claims.appid or permissions(claims):
        return True
    return bool(claims.azp) and claims.azp not in claims.audiences


def _words(claim: object) -> list[str]:
    """Return what is a list with one issuer, and a text with another."""
    if isinstance(claim, str):
        return claim.split()
    return [word for word in cast("list[object]", claim) if isinstance(word, str)] if isinstance(claim, list) else []


def _inside(claims: object, path: str) -> object:
    if not isinstance(claims, Mapping):
        return None
    known = cast("Mapping[str, object]", claims)
    first, _, rest = path.partition(".")
    return known.get(path) if path in known or not rest else _inside(known.get(first), rest)

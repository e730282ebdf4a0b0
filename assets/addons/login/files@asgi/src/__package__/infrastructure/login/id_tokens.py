"""Whether an ID token is good: the issuer's, for us, for this attempt, in time. OpenID Connect Core, 3.1.3.7."""

from collections.abc import Mapping
from typing import Final, cast, final

import msgspec
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import Key
from joserfc.jws import CompactSignature, JWSRegistry, extract_compact, validate_compact
from joserfc.jwt import JWTClaimsRegistry

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.identity.issuer import Issuer
from {{ package }}.infrastructure.identity.key_set import ALGORITHMS

LEEWAY_SECONDS: Final = 30
"""By this much the clocks of issuer and service may differ."""

_LONGEST_SUBJECT: Final = 255
_REGISTRY: Final = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)

type Claims = dict[str, object]


class Header(msgspec.Struct, frozen=True):
    """What decides how a signature is checked; keys that a token brings along are not even read."""

    alg: str
    kid: str
    typ: str = "JWT"


@final
class IdTokens:
    """Checks the ID tokens of one issuer for one client."""

    def __init__(self, issuer: Issuer, client_id: str, roles_claim: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._roles_claim = roles_claim

    async def principal(self, token: str, nonce: str) -> Result[Principal, str]:
        """Say whom it names, or what is wrong; raise Unavailable when the issuer's keys cannot be had."""
        read = _read(token)
        if read is None:
            return Err("it is not a signed JWT with a key id")
        header, claims, signature = read
        if objection := _objection(header, claims) or self._misses(claims, nonce):
            return Err(objection)
        key = await self._issuer.keys.find(header.kid)
        if key is None or not _signed(signature, key):
            return Err("it is not signed by its issuer")
        return Ok(Principal(str(claims["sub"]), roles(claims, self._roles_claim)))

    def _misses(self, claims: Claims, nonce: str) -> str:
        expected = JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer.url.text},
            aud={"essential": True, "value": self._client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            expected.validate(claims)
        except ClaimError as error:
            return f"its {error.claim} is missing or not what is expected"
        several = isinstance(claims["aud"], list) and len(cast("list[object]", claims["aud"])) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._client_id:
            return "its azp is missing or not what is expected"
        return ""


def _objection(header: Header, claims: Claims) -> str:
    if header.alg not in ALGORITHMS:
        return "it is signed in a way that is not accepted"
    marked = claims.get("typ", "ID"), claims.get("token_use", "id")  # Keycloak's, Cognito's
    if header.typ.lower().removeprefix("application/") != "jwt" or marked != ("ID", "id"):
        return "it is not an ID token"
    subject = claims.get("sub")
    return "" if isinstance(subject, str) and 0 < len(subject) <= _LONGEST_SUBJECT else "its sub is not a name"


def _read(token: str) -> tuple[Header, Claims, CompactSignature] | None:
    """Take it apart, or return None; nothing in it is to be believed yet."""
    try:
        signature = extract_compact(token.encode("ascii"), registry=_REGISTRY)
        header = msgspec.convert(signature.headers(), Header)
        return header, msgspec.json.decode(signature.payload, type=dict[str, object]), signature
    # RecursionError: a hundred thousand brackets.
    except (JoseError, ValueError, RecursionError):
        return None


def _signed(signature: CompactSignature, key: Key) -> bool:
    try:
        return validate_compact(signature, key, registry=_REGISTRY)
    except (JoseError, ValueError):
        return False


def roles(claims: object, path: str) -> frozenset[str]:
    """Return the words of a claim, found by its name, which may have dots in it, or by the names on the way to it."""
    if not isinstance(claims, Mapping):
        return frozenset()
    known = cast("Mapping[str, object]", claims)
    first, _, rest = path.partition(".")
    if path not in known and rest:
        return roles(known.get(first), rest)
    found = known.get(path)
    if isinstance(found, str):
        return frozenset(found.split())
    words = cast("list[object]", found) if isinstance(found, list) else []
    return frozenset(word for word in words if isinstance(word, str))

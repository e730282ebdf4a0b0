"""Verifies JWTs of the issuer: form, claims, then the signature. Which claims a token must have is up to the caller."""

from dataclasses import dataclass
from typing import Final, cast, final

import msgspec
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import Key
from joserfc.jws import CompactSignature, extract_compact, validate_compact
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry
from msgspec import Struct

from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.identity.issuer import Issuer
from {{ package }}.infrastructure.identity.signing_keys import REGISTRY

LEEWAY_SECONDS: Final = 30
"""How much the clocks of the issuer and this service may differ."""
_MAX_SUBJECT: Final = 255

type Claims = dict[str, object]


class Header(Struct, frozen=True):
    """The members of the header that are used. A token with critical extensions (crit) is refused."""

    alg: str
    kid: str
    typ: str = "JWT"
    crit: None = None


@dataclass(frozen=True, slots=True)
class Jwt:
    kind: str
    """The media type of the header, such as "at+jwt"."""
    subject: str
    claims: Claims


@final
class JwtVerifier:
    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer

    def expecting(self, **claims: ClaimsOption) -> JWTClaimsRegistry:
        """Return what a token must claim: the issuer, an end in the future, a subject, and these."""
        issuer, required = ClaimsOption(essential=True, value=self._issuer.url.text), ClaimsOption(essential=True)
        expected = JWTClaimsRegistry(leeway=LEEWAY_SECONDS, iss=issuer, exp=required, sub=required)
        expected.options.update(claims)
        return expected

    async def verify(self, token: str, expected: JWTClaimsRegistry) -> Result[Jwt, str]:
        """Return the token, or what is wrong with it. Raise Unavailable if the issuer's keys are not known."""
        read = _read(token, expected)
        if isinstance(read, Err):
            return read
        jwt, header, signature = read.value
        # A token with wrong claims does not come this far, so it makes nobody ask the issuer for keys.
        keys = await self._issuer.find_keys(header.kid, header.alg)
        if not any(_signed_with(key, signature) for key in keys):
            return Err("The token is not signed by its issuer.")
        return Ok(jwt)


def _read(token: str, expected: JWTClaimsRegistry) -> Result[tuple[Jwt, Header, CompactSignature], str]:
    """Return the parts of a token whose form and claims are right. Its signature is not verified yet."""
    try:
        signature = extract_compact(token.encode("ascii"), registry=REGISTRY)
        header = msgspec.convert(signature.headers(), Header)
        REGISTRY.get_alg(header.alg)
        claims = msgspec.json.decode(signature.payload, type=dict[str, object])
        expected.validate(claims)
    except ExpiredTokenError:
        return Err("The token has expired.")
    except ClaimError as error:
        return Err(f"The token's {error.claim} is missing or not accepted.")
    except (JoseError, ValueError, RecursionError):  # msgspec.DecodeError is a ValueError
        return Err("The token is not a signed JWT with a key id.")
    subject = str(claims["sub"])
    if len(subject) > _MAX_SUBJECT or "\0" in subject:
        return Err("The token's sub is too long, or has NUL in it.")
    return Ok((Jwt(header.typ.lower().removeprefix("application/"), subject, claims), header, signature))


def words_in(claims: Claims, name: str) -> frozenset[str]:
    """Return the words of a claim that is a list or a text. "realm_access.roles" finds a claim inside another one."""
    first, _, rest = name.partition(".")
    if name not in claims and rest and isinstance(claims.get(first), dict):
        return words_in(cast("Claims", claims[first]), rest)
    found = claims.get(name)
    if isinstance(found, str):
        return frozenset(found.split())
    words = cast("list[object]", found) if isinstance(found, list) else []
    return frozenset(word for word in words if isinstance(word, str))


def _signed_with(key: Key, signature: CompactSignature) -> bool:
    try:
        return validate_compact(signature, key, registry=REGISTRY)
    except (JoseError, ValueError):
        return False

"""Verifies JWTs of the issuer: form, claims, then the signature. Which claims a token must have is up to the caller."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast, final

import msgspec
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import Key
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry
from msgspec import Struct

from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.identity.issuer import Issuer
from {{ package }}.infrastructure.identity.signing_keys import ALGORITHMS, REGISTRY

LEEWAY_SECONDS: Final = 30
"""How much the clocks of the issuer and this service may differ."""
_MAX_SUBJECT: Final = 255
# RFC 7515, section 7.1, with bounds that no issuer's tokens come near.
_COMPACT: Final = re.compile(r"(([\w-]{1,512})\.([\w-]{1,16384}))\.([\w-]{1,1024})", re.ASCII)
_MALFORMED: Final = Err("The token is not a signed JWT with a key id.")

type Claims = dict[str, object]


class Header(Struct, frozen=True):
    """The members of the header that are used. A token with critical extensions (crit) is refused."""

    alg: str
    kid: str
    typ: str = "JWT"
    crit: None = None


@dataclass(frozen=True, slots=True)
class Jwt:
    header: Header
    claims: Claims
    signed: bytes
    signature: bytes

    @property
    def kind(self) -> str:
        """The media type, such as "at+jwt"."""
        return self.header.typ.lower().removeprefix("application/")

    @property
    def subject(self) -> str:
        return str(self.claims["sub"])


@final
class JwtVerifier:
    """Verifies signatures with joserfc's algorithms. Its own `validate_compact` would parse each header again."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer

    def expecting(self, claims: Mapping[str, ClaimsOption]) -> JWTClaimsRegistry:
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
        # A token with wrong claims does not come this far, so it makes nobody ask the issuer for keys.
        header = read.value.header
        if header.alg not in ALGORITHMS:
            return Err("The token's algorithm is not accepted.")
        keys = await self._issuer.find_keys(header.kid, header.alg)
        signed = any(_signed_with(key, read.value) for key in keys)
        return read if signed else Err("The token is not signed by its issuer.")


def words_in(claims: Claims, name: str) -> frozenset[str]:
    """Return the words of a claim that is a list or a text. "realm_access.roles" finds a claim inside another one."""
    found = claims.get(name)
    if isinstance(found, str):
        return frozenset(found.split())
    if isinstance(found, list):
        return frozenset(word for word in cast("list[object]", found) if isinstance(word, str))
    outer, _, inner = name.partition(".")
    inside = claims.get(outer)
    return words_in(cast("Claims", inside), inner) if inner and isinstance(inside, dict) else frozenset()


def _read(token: str, expected: JWTClaimsRegistry) -> Result[Jwt, str]:
    """Return a token whose form and claims are right. Its signature is not verified yet."""
    compact = _COMPACT.fullmatch(token)
    if compact is None:
        return _MALFORMED
    try:
        claims = msgspec.json.decode(_decoded(compact[3]), type=dict[str, object])
        expected.validate(claims)
        jwt = Jwt(_header(compact[2]), claims, compact[1].encode(), _decoded(compact[4]))
    except ExpiredTokenError:
        return Err("The token has expired.")
    except ClaimError as error:
        return Err(f"The token's {error.claim} is missing or not accepted.")
    except (JoseError, ValueError, RecursionError):  # msgspec.DecodeError is a ValueError
        return _MALFORMED
    if len(jwt.subject) > _MAX_SUBJECT or "\0" in jwt.subject:
        return Err("The token's sub is too long, or has NUL in it.")
    return Ok(jwt)


@lru_cache(maxsize=64)
def _header(encoded: str) -> Header:
    """Read a header. All tokens that were signed with one key have the same."""
    return msgspec.json.decode(_decoded(encoded), type=Header)


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "==")


def _signed_with(key: Key, token: Jwt) -> bool:
    try:
        return REGISTRY.get_alg(token.header.alg).verify(token.signed, token.signature, key)
    except (JoseError, ValueError):
        return False

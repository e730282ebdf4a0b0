"""Whether a token is good: from our issuer, for us, in time, meant for access, and signed with the issuer's key."""

import re
import time
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, final
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry
from msgspec import Struct
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.config import TokenSettings
from {{ package }}.infrastructure.identity.issuer import Issuer
from {{ package }}.infrastructure.identity.key_set import ALGORITHMS
from {{ package }}.infrastructure.identity.token_claims import Claims, is_for_access, permissions, roles

LEEWAY_SECONDS: Final = 30
"""By this much the clocks of issuer and service may differ."""

# RFC 7515, section 7.1; no issuer's tokens come near these bounds.
_COMPACT: Final = re.compile(rb"(([\w-]{1,512})\.([\w-]{1,16384}))\.([\w-]{1,1024})", re.ASCII)
_REGISTRY: Final = JWSRegistry(algorithms=ALGORITHMS)


class Header(Struct, frozen=True):
    """What decides how a signature is checked; keys that a token brings along are not even read.

    Other members are passed over, as RFC 7515 has it, unless the token insists on one (crit).
    """

    alg: str
    kid: str
    typ: str = "JWT"
    crit: None = None


@lru_cache(maxsize=64)
def _header(encoded: bytes) -> Header:
    """Read a header; all tokens of one key have the same."""
    return msgspec.json.decode(_decoded(encoded), type=Header)


_claims: Final = msgspec.json.Decoder(Claims).decode


@dataclass(slots=True)
class Unverified:
    """A token taken apart; nothing in it is to be believed yet."""

    header: Header
    claims: Claims
    payload: bytes
    signed: bytes
    signature: bytes


@final
class TokenVerifier:
    """Checks tokens against one issuer and one audience."""

    def __init__(self, issuer: Issuer, settings: TokenSettings) -> None:
        self._keys = issuer.keys
        self._issuer = issuer.url.text
        self._settings = settings

    async def verify(self, token: str) -> Result[Principal, str]:
        """Say who bears it, or what is wrong with it; raise Unavailable when the issuer's keys cannot be had."""
        read = _read(token)
        if isinstance(read, str):
            return Err(read)
        if objection := self._objection(read):
            return Err(objection)
        # What is plainly not for us has not got this far, and so asks nothing of the issuer.
        key = await self._keys.find(read.header.kid)
        if key is None or not _signed_with(key, read):
            return Err("The token is not signed by its issuer.")
        permitted = permissions(read.claims)
        if path := self._settings.roles_claim:
            permitted |= roles(read.payload, path)
        return Ok(Principal(read.claims.sub, permitted))

    def _objection(self, token: Unverified) -> str:
        header, claims, now = token.header, token.claims, time.time()
        if header.alg not in ALGORITHMS:
            return "The token is signed in a way that is not accepted."
        if not is_for_access(header.typ, claims):
            return "The token is not an access token."
        if claims.iss != self._issuer or self._settings.audience not in claims.audiences:
            return "The token is from another issuer, or for another audience."
        if claims.exp <= now - LEEWAY_SECONDS:
            return "The token has expired."
        if max(claims.nbf, claims.iat) > now + LEEWAY_SECONDS:
            return "The token is not good yet."
        return ""


def _read(token: str) -> Unverified | str:
    """Take it apart, or say why it is none; what is said repeats nothing of it."""
    found = _COMPACT.fullmatch(token.encode("ascii", "replace"))
    if found is None:
        return "The token is not a signed JWT."
    signed, header, payload, signature = found.groups()
    try:
        payload = _decoded(payload)
        read = _header(header), _claims(payload)
        return Unverified(*read, payload, signed, _decoded(signature))
    except msgspec.ValidationError:
        return "The token needs alg and kid in its header, and iss, sub, aud and exp of the right type in its claims."
    # RecursionError: ten thousand brackets.
    except (ValueError, RecursionError):
        return "The token is not a signed JWT."


def _decoded(part: bytes) -> bytes:
    """Decode base64url, which a JWS has without padding."""
    return urlsafe_b64decode(part + b"==")


def _signed_with(key: Key, token: Unverified) -> bool:
    algorithm = _REGISTRY.get_alg(token.header.alg)
    try:
        algorithm.check_key(key)
        return algorithm.verify(token.signed, token.signature, key)
    except (JoseError, ValueError):
        return False

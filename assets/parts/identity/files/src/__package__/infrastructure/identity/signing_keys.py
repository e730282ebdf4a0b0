"""The issuer's public keys that can verify a signature."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey
from joserfc.jws import JWSRegistry

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Only asymmetric ones: with a shared secret, this service could issue tokens itself."""
REGISTRY: Final = JWSRegistry(algorithms=ALGORITHMS)

_MIN_RSA_BITS: Final = 2048


def usable_keys(published: Sequence[Mapping[str, object]]) -> list[Key]:
    """Return the keys for signatures. Others, weak ones and broken ones are left out."""
    return [key for data in published if (key := _import(data)) and _usable(key)]


def matching_keys(keys: Sequence[Key], kid: str, alg: str) -> list[Key]:
    """Return the keys with this id that may be used with this algorithm. An issuer may publish several under one id."""
    return [key for key in keys if key.kid == kid and _fits(key, alg)]


def _import(data: Mapping[str, object]) -> Key | None:
    kinds: dict[object, type[RSAKey | ECKey]] = {"RSA": RSAKey, "EC": ECKey}
    try:
        return kinds[str(data.get("kty"))].import_key(cast("dict[str, str | list[str]]", data))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _usable(key: Key) -> bool:
    strong = not isinstance(key, RSAKey) or key.public_key.key_size >= _MIN_RSA_BITS
    return strong and bool(key.kid) and any(_fits(key, alg) for alg in ALGORITHMS)


def _fits(key: Key, alg: str) -> bool:
    try:
        REGISTRY.get_alg(alg).check_key(key)
    except JoseError:
        return False
    return True

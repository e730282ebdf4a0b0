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

type KeysByUse = dict[tuple[str, str], list[Key]]
"""Keys by id and algorithm. An issuer may publish several under one id."""


def usable_keys(published: Sequence[Mapping[str, object]]) -> KeysByUse:
    """Return the keys for signatures. Others, weak ones and broken ones are left out."""
    usable: KeysByUse = {}
    for key in filter(None, map(_import, published)):
        for alg in ALGORITHMS:
            if key.kid and _fits(key, alg):
                usable.setdefault((key.kid, alg), []).append(key)
    return usable


def _import(data: Mapping[str, object]) -> Key | None:
    kinds: dict[object, type[RSAKey | ECKey]] = {"RSA": RSAKey, "EC": ECKey}
    try:
        return kinds[str(data.get("kty"))].import_key(cast("dict[str, str | list[str]]", data))
    except Exception:  # noqa: BLE001 - whatever is wrong with one key, the others are still good
        return None


def _fits(key: Key, alg: str) -> bool:
    try:
        REGISTRY.get_alg(alg).check_key(key)
    except JoseError:
        return False
    return not isinstance(key, RSAKey) or key.public_key.key_size >= _MIN_RSA_BITS

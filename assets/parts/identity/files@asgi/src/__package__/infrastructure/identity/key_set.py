"""Which of the keys that an issuer publishes are fit to check a signature."""

from collections.abc import Mapping, Sequence
from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Asymmetric ones only: with a shared secret, whoever checks tokens could make them."""

_LEAST_RSA_BITS: Final = 2048
# Only what is public: a key set with more in it is read as if it had not.
_PUBLIC: Final = {"RSA": ("kty", "kid", "alg", "use", "n", "e"), "EC": ("kty", "kid", "alg", "use", "crv", "x", "y")}


def usable_keys(published: Sequence[Mapping[str, object]]) -> Mapping[str, Key]:
    """Return them by id; those that are for something else, weak or broken are left out, and spoil no other."""
    found = ((str(data.get("kid", "")), _read(data)) for data in published)
    return {kid: key for kid, key in found if kid and key is not None}


def _read(data: Mapping[str, object]) -> Key | None:
    kind = str(data.get("kty"))
    if data.get("use", "sig") != "sig" or data.get("alg", ALGORITHMS[0]) not in ALGORITHMS:
        return None
    public: dict[str, str | list[str]] = {name: str(data[name]) for name in _PUBLIC.get(kind, ()) if name in data}
    try:
        match kind:
            case "RSA":
                rsa = RSAKey.import_key(public)
                return rsa if rsa.public_key.key_size >= _LEAST_RSA_BITS else None
            case "EC":
                return ECKey.import_key(public)
            case _:
                return None
    except (JoseError, ValueError, KeyError):
        return None

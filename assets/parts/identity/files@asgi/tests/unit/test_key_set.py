from base64 import urlsafe_b64encode

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from {{ package }}.infrastructure.identity.key_set import usable_keys

RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
GOOD = RSA.as_dict(private=False)


def test_keys_for_signatures_are_found_by_id() -> None:
    published = [GOOD, ECKey.generate_key("P-256", {"kid": "ec"}).as_dict(private=False)]

    assert usable_keys(published).keys() == {"rsa", "ec"}


def test_a_private_key_that_is_published_is_only_used_to_check() -> None:
    (key,) = usable_keys([RSA.as_dict(private=True)]).values()

    assert not key.is_private


@pytest.mark.parametrize(
    "unfit",
    [
        {**GOOD, "kid": "unfit", "use": "enc"},
        {**GOOD, "kid": "unfit", "alg": "RSA-OAEP"},
        {**GOOD, "kid": "unfit", "alg": "HS256"},
        {**GOOD, "kid": "unfit", "n": "AQAB"},
        {**GOOD, "kid": "unfit", "n": "not base64 at all!"},
        {**GOOD, "kid": "unfit", "e": None},
        {**GOOD, "kid": ["unfit"], "n": {}},
        {**GOOD, "kid": ""},
        {"kty": "RSA", "kid": "unfit"},
        {"kty": "EC", "kid": "unfit", "crv": "P-0", "x": "AQAB", "y": "AQAB"},
        {"kty": "EC", "kid": "unfit", "crv": "P-256", "x": "AQAB", "y": "AQAB"},
        {"kty": "new", "kid": "unfit"},
        {},
        {**GOOD, "kid": "unfit", "n": urlsafe_b64encode(b"\xff" * 128).decode()},
        OctKey.generate_key(256, {"kid": "unfit"}).as_dict(),
        OKPKey.generate_key("X25519", {"kid": "unfit"}).as_dict(private=False),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_is_unfit_is_left_out_and_spoils_no_other(unfit: dict[str, object]) -> None:
    assert usable_keys([unfit, GOOD]).keys() == {"rsa"}

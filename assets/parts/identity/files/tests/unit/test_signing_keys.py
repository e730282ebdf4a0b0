from base64 import urlsafe_b64encode

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from {{ package }}.infrastructure.identity.signing_keys import usable_keys

RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
GOOD = RSA.as_dict(private=False)
UNFIT = {**GOOD, "kid": "unfit"}


@pytest.mark.parametrize(
    "unfit",
    [
        {**UNFIT, "use": "enc"},
        {**UNFIT, "alg": "HS256"},
        {**UNFIT, "n": "not base64 at all!"},
        {**UNFIT, "n": urlsafe_b64encode(b"\xff" * 128).decode().rstrip("=")},
        {**UNFIT, "n": {}},
        {**UNFIT, "kid": ["unfit"]},
        {**UNFIT, "kid": ""},
        {"kty": "RSA", "kid": "unfit"},
        {"kty": "EC", "kid": "unfit", "crv": "P-256", "x": "AQAB", "y": "AQAB"},
        {"kty": "new", "kid": "unfit"},
        OctKey.generate_key(256, {"kid": "unfit"}).as_dict(),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_an_unfit_key_is_left_out_and_spoils_no_other(unfit: dict[str, object]) -> None:
    assert {kid for kid, _ in usable_keys([unfit, GOOD])} == {"rsa"}


def test_a_key_on_a_curve_is_for_the_one_algorithm_of_that_curve() -> None:
    key = ECKey.generate_key("P-384", {"kid": "ec"})

    assert usable_keys([key.as_dict(private=False)]).keys() == {("ec", "ES384")}

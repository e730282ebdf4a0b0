from base64 import urlsafe_b64encode

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from {{ package }}.infrastructure.identity.signing_keys import matching_keys, usable_keys

RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
GOOD = RSA.as_dict(private=False)
UNFIT = {**GOOD, "kid": "unfit"}


def test_several_keys_under_one_id_are_told_apart_by_algorithm() -> None:
    curve = ECKey.generate_key("P-256", {"kid": "rsa"}).as_dict(private=False)
    keys = usable_keys([{**GOOD, "alg": "RS256"}, {**GOOD, "alg": "RS512"}, {**GOOD, "use": "enc"}, curve])

    assert [key.alg for key in matching_keys(keys, "rsa", "RS256")] == ["RS256"]
    assert [key.alg for key in matching_keys(keys, "rsa", "RS512")] == ["RS512"]
    assert [key.key_type for key in matching_keys(keys, "rsa", "ES256")] == ["EC"]
    assert matching_keys(keys, "rsa", "PS256") == []
    assert matching_keys(keys, "other", "RS256") == []


@pytest.mark.parametrize(
    "unfit",
    [
        {**UNFIT, "use": "enc"},
        {**UNFIT, "alg": "RSA-OAEP"},
        {**UNFIT, "alg": "HS256"},
        {**UNFIT, "n": "AQAB"},
        {**UNFIT, "n": "not base64 at all!"},
        {**UNFIT, "n": urlsafe_b64encode(b"\xff" * 128).decode().rstrip("=")},
        {**UNFIT, "n": {}},
        {**UNFIT, "kid": ["unfit"]},
        {**UNFIT, "kid": ""},
        {"kty": "RSA", "kid": "unfit"},
        {"kty": "EC", "kid": "unfit", "crv": "P-256", "x": "AQAB", "y": "AQAB"},
        {"kty": "new", "kid": "unfit"},
        {},
        OctKey.generate_key(256, {"kid": "unfit"}).as_dict(),
        OKPKey.generate_key("X25519", {"kid": "unfit"}).as_dict(private=False),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_an_unfit_key_is_left_out_and_spoils_no_other(unfit: dict[str, object]) -> None:
    assert [key.kid for key in usable_keys([unfit, GOOD])] == ["rsa"]

from hashlib import sha256
import pytest
from starlette.datastructures import Headers
from {{ package }}.api.webhooks.deliveries import BadSignature, Delivery
from {{ package }}.api.webhooks.plain import PlainSignatures
from {{ package }}.domain.result import Err, Ok, Result
from tests.fixtures.plain_deliveries import KEY, signed

BODY = b'{"type": "order.paid"}'
DIGEST = signed(BODY)["X-Signature"]
VALID = Ok(Delivery(sha256(BODY).hexdigest(), "order.paid", BODY))
UNSIGNED = Err(BadSignature("not signed with one of the secrets"))


def verify(headers: dict[str, str], body: bytes = BODY, *keys: str, header: str = "X-Signature") -> Result[Delivery, BadSignature]:
    return PlainSignatures([key.encode() for key in keys or (KEY,)], header).verify(Headers(headers), body)


@pytest.mark.parametrize("signature", [DIGEST, DIGEST.upper(), f"sha256={DIGEST}"])
def test_a_digest_of_the_body_is_valid(signature: str) -> None:
    assert verify({"X-Signature": signature}) == VALID


def test_the_header_is_called_as_the_sender_calls_it() -> None:
    assert verify({"Acme-Signature": DIGEST}, header="acme-signature") == VALID


@pytest.mark.parametrize("key", ["old", "new"])
def test_while_a_secret_is_replaced_both_are_valid(key: str) -> None:
    headers = signed(BODY, key=key)

    assert verify(headers, BODY, "old", "new") == VALID
    assert verify(headers, BODY, "other") == UNSIGNED


@pytest.mark.parametrize("signature", ["", "sha256=", DIGEST[:-1], f"{DIGEST}é", DIGEST * 40])
def test_a_header_that_is_no_such_digest_is_refused(signature: str) -> None:
    assert verify({"X-Signature": signature}) == UNSIGNED
    assert verify({}) == UNSIGNED


def test_a_changed_body_is_refused() -> None:
    assert verify(signed(BODY), BODY + b"\n") == UNSIGNED

import pytest
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from {{ package }}.api.webhooks.deliveries import BadSignature, Delivery
from {{ package }}.api.webhooks.stripe import StripeSignatures
from {{ package }}.domain.result import Err, Ok, Result
from tests.fixtures.stripe_deliveries import KEY, signed

NOW = 1_800_000_000
BODY = b'{"id": "evt_1", "type": "invoice.paid"}'
VALID = signed(BODY, at=str(NOW))["Stripe-Signature"]
UNSIGNED = Err(BadSignature("not signed with one of the secrets"))
OLD = Err(BadSignature("signed too long ago, or in the future"))


def verify(signature: str | None, body: bytes = BODY, *keys: str) -> Result[Delivery, BadSignature]:
    signatures = StripeSignatures([key.encode() for key in keys or (KEY,)], clock=lambda: NOW)
    return signatures.verify(Headers({} if signature is None else {"Stripe-Signature": signature}), body)


def test_a_signature_as_stripe_makes_it_is_valid() -> None:
    assert verify(VALID) == Ok(Delivery("evt_1", "invoice.paid", BODY))


@pytest.mark.parametrize("key", ["old", "new"])
def test_while_a_secret_is_replaced_both_are_valid(key: str) -> None:
    signature = signed(BODY, key=key, at=str(NOW))["Stripe-Signature"]

    assert isinstance(verify(signature, BODY, "old", "new"), Ok)
    assert verify(signature, BODY, "other") == UNSIGNED


def test_one_of_several_signatures_is_enough() -> None:
    assert isinstance(verify(VALID.replace(",v1=", f",v1={'0' * 64}, v1=")), Ok)


@pytest.mark.parametrize(("seconds", "expected"), [(-301, OLD), (-300, None), (300, None), (301, OLD)])
def test_it_is_valid_for_five_minutes(seconds: int, expected: object) -> None:
    verified = verify(signed(BODY, at=str(NOW + seconds))["Stripe-Signature"])

    assert verified == (expected or Ok(Delivery("evt_1", "invoice.paid", BODY)))


@pytest.mark.parametrize("at", ["soon", "-1", "1e9", " 1800000000", "1_800_000_000", "9" * 400, "²"])
def test_a_time_that_is_none_is_refused_also_when_it_is_signed(at: str) -> None:
    assert verify(signed(BODY, at=at)["Stripe-Signature"]) in (OLD, UNSIGNED)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "t=,v1=",
        "v1",
        VALID.replace("v1=", "v0="),
        VALID.replace(f"t={NOW}", f"t={NOW + 1}"),
        VALID.replace(f"t={NOW},", ""),
        VALID.replace("v1=", "v1=é"),
        VALID + "," * 2000,
    ],
)
def test_a_header_that_is_not_as_stripe_makes_it_is_refused(signature: str | None) -> None:
    assert verify(signature) == UNSIGNED


def test_a_changed_body_is_refused() -> None:
    assert verify(VALID, BODY + b"\n") == UNSIGNED


@pytest.mark.parametrize("body", [b"{}", b'{"id": "a b", "type": "a"}', b'{"id": "\\u0000", "type": "a"}'])
def test_an_event_whose_id_cannot_be_kept_is_not_valid(body: bytes) -> None:
    with pytest.raises(HTTPException):
        verify(signed(body, at=str(NOW))["Stripe-Signature"], body)

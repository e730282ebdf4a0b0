from datetime import UTC, datetime, timedelta
import pytest
from starlette.datastructures import Headers
from {{ package }}.api.webhooks.deliveries import BadSignature, Delivery
from {{ package }}.api.webhooks.standard import StandardSignatures
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.webhook_secrets import Base64Secrets
from tests.fixtures.standard_deliveries import KEY, signed

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BODY = b'{"type": "order.paid", "data": {"name": "\xc3\xa9"}}'
VALID = signed(BODY, at=NOW)
NEW_KEY = "whsec_" + "bmV3" * 8
UNSIGNED = Err(BadSignature("not signed with one of the secrets"))


def verify(headers: dict[str, str], body: bytes = BODY, keys: str = KEY) -> Result[Delivery, BadSignature]:
    signatures = StandardSignatures(Base64Secrets.parse(keys).keys, clock=NOW.timestamp)
    return signatures.verify(Headers(headers), body)


def test_what_the_library_signs_is_valid() -> None:
    assert verify(VALID) == Ok(Delivery("1", "order.paid", BODY))


@pytest.mark.parametrize("key", [KEY, NEW_KEY])
def test_while_a_secret_is_replaced_both_are_valid(key: str) -> None:
    headers = signed(BODY, key=key, at=NOW)

    assert isinstance(verify(headers, keys=f"{KEY},{NEW_KEY}"), Ok)
    assert verify(headers, keys="whsec_" + "b3Ro" * 8) == UNSIGNED


def test_one_of_several_signatures_is_enough() -> None:
    signature = VALID["webhook-signature"]

    assert isinstance(verify({**VALID, "webhook-signature": f"v1,b3RoZXI= v1a,b3RoZXI= {signature}"}), Ok)


@pytest.mark.parametrize(("seconds", "valid"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_it_is_valid_for_five_minutes(seconds: int, valid: bool) -> None:  # noqa: FBT001 - a parameter of the test
    headers = signed(BODY, at=NOW + timedelta(seconds=seconds))

    assert isinstance(verify(headers), Ok) is valid


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": ""},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": VALID["webhook-signature"].replace("v1,", "v2,")},
        {"webhook-signature": VALID["webhook-signature"] + " v1," + "A" * 2000},
    ],
)
def test_headers_that_were_changed_are_refused(changed: dict[str, str]) -> None:
    assert verify({**VALID, **changed}) == UNSIGNED
    assert verify({name: value for name, value in VALID.items() if name not in changed}) == UNSIGNED


def test_a_changed_body_is_refused() -> None:
    assert verify(VALID, BODY + b"\n") == UNSIGNED


@pytest.mark.parametrize("delivery_id", ["", "two words", "1" * 256])
def test_an_id_that_cannot_be_kept_is_refused(delivery_id: str) -> None:
    assert verify(signed(BODY, delivery_id, at=NOW)) == UNSIGNED

import pytest
from starlette.datastructures import Headers
from {{ package }}.api.webhooks.deliveries import BadSignature, Delivery
from {{ package }}.api.webhooks.github import GithubSignatures
from {{ package }}.domain.result import Err, Ok, Result
from tests.fixtures.github_deliveries import KEY, signed

# The example of GitHub's documentation.
BODY = b"Hello, World!"
DIGEST = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
VALID = {"X-Hub-Signature-256": f"sha256={DIGEST}", "X-GitHub-Event": "push", "X-GitHub-Delivery": "1-2-3"}
UNSIGNED = Err(BadSignature("not signed with one of the secrets"))


def verify(headers: dict[str, str], body: bytes = BODY, *keys: str) -> Result[Delivery, BadSignature]:
    return GithubSignatures([key.encode() for key in keys or (KEY,)]).verify(Headers(headers), body)


def test_the_documented_example_is_valid() -> None:
    assert verify(VALID) == Ok(Delivery("1-2-3", "push", BODY))


@pytest.mark.parametrize("key", ["old", "new"])
def test_while_a_secret_is_replaced_both_are_valid(key: str) -> None:
    headers = signed(BODY, key=key)

    assert isinstance(verify(headers, BODY, "old", "new"), Ok)
    assert verify(headers, BODY, "other") == UNSIGNED


@pytest.mark.parametrize(
    "signature",
    ["", "sha256", "sha256=", DIGEST, f"sha1={DIGEST}", f"sha256={DIGEST[:-1]}", f"sha256={DIGEST}é", "sha256=" + "0" * 3000],
)
def test_a_header_that_is_not_as_github_makes_it_is_refused(signature: str) -> None:
    assert verify({**VALID, "X-Hub-Signature-256": signature}) == UNSIGNED
    assert verify({name: value for name, value in VALID.items() if name != "X-Hub-Signature-256"}) == UNSIGNED


def test_a_changed_body_is_refused() -> None:
    assert verify(VALID, BODY + b"\n") == UNSIGNED


@pytest.mark.parametrize("name", ["X-GitHub-Event", "X-GitHub-Delivery"])
@pytest.mark.parametrize("value", ["", "two words", "é", "1" * 256])
def test_an_id_or_a_type_that_cannot_be_kept_is_refused(name: str, value: str) -> None:
    assert isinstance(verify({**VALID, name: value}), Err)

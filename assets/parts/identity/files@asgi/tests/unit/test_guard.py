"""The guard by itself, with authenticators that say what they are told to."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from {{ package }}.api.guard import Authenticator, Guard, principal_of, requires, scopes_of
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result

REALM = 'realm="{{ name }}"'
ALICE = Principal("alice", frozenset({"read", "write"}))
BOB = Principal("bob", frozenset({"read"}))


@dataclass
class Saying:
    answer: Result[Principal, str] | None
    scheme: str = "Bearer"

    async def authenticate(self, request: Request) -> Result[Principal, str] | None:
        _ = request
        return self.answer


class Away:
    scheme: str = "Bearer"

    async def authenticate(self, request: Request) -> Result[Principal, str] | None:
        _ = request
        dependency = "identity provider"
        raise Unavailable(dependency)


@pytest.fixture
def request_() -> Request:
    return Request({"type": "http", "headers": [], "state": {}})


async def refusal(request: Request, *authenticators: Authenticator, scopes: str = "read") -> tuple[int, str]:
    with pytest.raises(HTTPException) as raised:
        await Guard(authenticators).admit(request, frozenset(scopes.split()))
    with pytest.raises(KeyError):
        principal_of(request)
    return raised.value.status_code, (raised.value.headers or {})["WWW-Authenticate"]


async def test_who_may_passes_and_is_known_from_then_on(request_: Request) -> None:
    assert await Guard([Saying(Ok(ALICE))]).admit(request_, frozenset({"read", "write"})) == ALICE
    assert principal_of(request_) == ALICE


async def test_who_shows_nothing_is_told_every_way_to(request_: Request) -> None:
    assert await refusal(request_, Saying(None), Saying(None, scheme="Other")) == (
        401,
        f"Bearer {REALM}, Other {REALM}",
    )


async def test_what_is_no_good_is_said_why(request_: Request) -> None:
    assert await refusal(request_, Saying(Err("It is late."))) == (
        401,
        f'Bearer {REALM}, error="invalid_token", error_description="It is late."',
    )


async def test_who_may_not_is_told_what_is_needed(request_: Request) -> None:
    assert await refusal(request_, Saying(Ok(BOB)), scopes="write read") == (
        403,
        f'Bearer {REALM}, error="insufficient_scope", scope="read write"',
    )


@pytest.mark.parametrize("first", [Err("It is late."), Ok(BOB)])
async def test_what_was_shown_first_counts(request_: Request, first: Result[Principal, str]) -> None:
    await refusal(request_, Saying(first), Saying(Ok(ALICE)), scopes="write")


async def test_who_cannot_be_told_is_not_let_in_another_way(request_: Request) -> None:
    with pytest.raises(Unavailable):
        await Guard([Away(), Saying(Ok(ALICE))]).admit(request_, frozenset())


async def test_without_a_way_to_show_it_nobody_passes(request_: Request) -> None:
    assert await refusal(request_, scopes="") == (401, "")


def test_a_handler_that_says_nothing_is_no_public_one() -> None:
    def handler() -> None:
        """Do nothing."""

    with pytest.raises(TypeError, match="expected @requires"):
        scopes_of(handler)


def test_a_handler_can_ask_for_nothing_but_a_known_caller() -> None:
    mark: Callable[[Callable[[], None]], Callable[[], None]] = requires()

    assert scopes_of(mark(lambda: None)) == frozenset()

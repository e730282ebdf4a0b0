from dataclasses import dataclass
from typing import cast

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from {{ package }}.api.guard import Authenticator, Guard
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result

REALM = 'realm="{{ name }}"'
ALICE = Principal("alice", frozenset({"read", "write"}))
BOB = Principal("bob", frozenset({"read"}))


@dataclass
class Fake:
    answer: Result[Principal, str] | None
    scheme: str = "Bearer"

    async def authenticate(self, request: Request) -> Result[Principal, str] | None:
        assert request
        return self.answer


class Down:
    scheme: str = "Bearer"

    async def authenticate(self, request: Request) -> Result[Principal, str] | None:
        raise Unavailable(str(request.method))


async def caller(*authenticators: Authenticator, scopes: str = "read") -> Principal | tuple[int, str]:
    """Return who is let in, or the status and the challenge."""
    request = Request({"type": "http", "method": "GET", "headers": [], "state": {}})
    try:
        await Guard(authenticators).authorize(request, frozenset(scopes.split()))
    except HTTPException as error:
        assert not hasattr(request.state, "principal")
        return error.status_code, (error.headers or {})["WWW-Authenticate"]
    return cast("Principal", request.state.principal)


async def test_a_caller_with_the_scopes_is_let_in() -> None:
    assert await caller(Fake(Ok(ALICE)), scopes="read write") == ALICE
    assert await caller(Fake(None), Fake(Ok(BOB))) == BOB
    assert await caller(Fake(Ok(BOB)), scopes="") == BOB


async def test_without_credentials_the_challenge_names_every_scheme() -> None:
    expected = (401, f"Bearer {REALM}, Other {REALM}")

    assert await caller(Fake(None), Fake(None, scheme="Other")) == expected
    assert await caller(scopes="") == (401, "")


async def test_bad_credentials_and_missing_scopes_are_explained() -> None:
    expired = f'Bearer {REALM}, error="invalid_token", error_description="Expired."'
    missing = f'Bearer {REALM}, error="insufficient_scope", scope="read write"'

    assert await caller(Fake(Err("Expired."))) == (401, expired)
    assert await caller(Fake(Ok(BOB)), scopes="write read") == (403, missing)


async def test_the_first_credentials_decide() -> None:
    assert await caller(Fake(Err("Expired.")), Fake(Ok(ALICE))) != ALICE
    assert await caller(Fake(Ok(BOB)), Fake(Ok(ALICE)), scopes="write") != ALICE
    with pytest.raises(Unavailable):
        await caller(Down(), Fake(Ok(ALICE)))

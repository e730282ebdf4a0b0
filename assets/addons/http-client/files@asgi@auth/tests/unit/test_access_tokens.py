import asyncio

import pytest

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.clients.access_tokens import LEEWAY_SECONDS, PAUSE_SECONDS, AccessTokens, Token

from tests.fixtures.clock import Clock

_FAILURE = Unavailable("issuer")


class Issuing:
    """Issues numbered tokens, as slowly as it is told to, or fails."""

    def __init__(self) -> None:
        self.clock: Clock = Clock()
        self.count: int = 0
        self.seconds: float = 3600.0
        self.failing: bool = False
        self.go_on: asyncio.Event = asyncio.Event()
        self.go_on.set()
        self.tokens: AccessTokens = AccessTokens(self.fetch, self.clock)

    async def fetch(self) -> Token:
        self.count += 1
        number = self.count
        await self.go_on.wait()
        if self.failing:
            raise _FAILURE
        return Token(f"token-{number}", self.seconds)


@pytest.fixture
def issuing() -> Issuing:
    return Issuing()


async def test_a_token_is_fetched_once_by_one_call_while_the_others_wait(issuing: Issuing) -> None:
    issuing.go_on.clear()
    waiting = [asyncio.create_task(issuing.tokens.current()) for _ in range(50)]
    await asyncio.sleep(0)
    issuing.go_on.set()

    assert set(await asyncio.gather(*waiting)) == {"token-1"}
    assert issuing.count == 1


async def test_a_call_that_gives_up_does_not_stop_the_fetch_for_the_others(issuing: Issuing) -> None:
    issuing.go_on.clear()
    first, second = (asyncio.create_task(issuing.tokens.current()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    issuing.go_on.set()

    assert await second == "token-1"
    assert issuing.count == 1


async def test_it_is_kept_until_shortly_before_its_end(issuing: Issuing) -> None:
    assert await issuing.tokens.current() == "token-1"

    issuing.clock.now += 3600 - LEEWAY_SECONDS - 1
    assert await issuing.tokens.current() == "token-1"
    issuing.clock.now += 1
    assert await issuing.tokens.current() == "token-2"


async def test_one_that_lives_shortly_is_used_for_half_of_that(issuing: Issuing) -> None:
    issuing.seconds = 10
    assert await issuing.tokens.current() == "token-1"

    issuing.clock.now += 4.9
    assert await issuing.tokens.current() == "token-1"
    issuing.clock.now += 0.1
    assert await issuing.tokens.current() == "token-2"


async def test_one_that_was_refused_is_fetched_anew_once_for_all_it_was_refused_to(issuing: Issuing) -> None:
    old = await issuing.tokens.current()
    issuing.tokens.forget(old)
    new = await issuing.tokens.current()
    issuing.tokens.forget(old)

    assert (old, new) == ("token-1", "token-2")
    assert await issuing.tokens.current() == new


async def test_after_a_failure_the_issuer_is_left_alone_for_a_moment(issuing: Issuing) -> None:
    issuing.failing = True
    for _ in range(3):
        with pytest.raises(Unavailable, match="unavailable"):
            await issuing.tokens.current()
    assert issuing.count == 1

    issuing.failing = False
    issuing.clock.now += PAUSE_SECONDS
    assert await issuing.tokens.current() == "token-2"


async def test_a_token_that_was_refused_is_not_used_while_there_is_no_other(issuing: Issuing) -> None:
    issuing.tokens.forget(await issuing.tokens.current())
    issuing.failing = True

    for _ in range(2):
        with pytest.raises(Unavailable):
            await issuing.tokens.current()


async def test_a_token_is_not_shown(issuing: Issuing) -> None:
    await issuing.tokens.current()

    assert "token-1" not in repr(Token("token-1", 1)) + repr(issuing.tokens)

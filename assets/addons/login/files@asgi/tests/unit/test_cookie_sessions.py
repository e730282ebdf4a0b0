"""Sessions and attempts that a browser holds: what it changes, keeps too long or takes for another is not taken."""

import pytest
from msgspec import Raw

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok
from {{ package }}.domain.session import Session
from {{ package }}.infrastructure.config import SessionSettings
from {{ package }}.infrastructure.login.attempts import ATTEMPT_SECONDS, SealedAttempts
from {{ package }}.infrastructure.login.cookie_sessions import CookieSessions
from {{ package }}.infrastructure.login.seal import MOST_BYTES, Seal
from {{ package }}.infrastructure.login.secret import Secret
from tests.fixtures.clock import Clock

ALICE = Principal("alice", frozenset({"read", "write"}))
SETTINGS = SessionSettings(idle_seconds=100, max_seconds=250)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> CookieSessions:
    return CookieSessions(SETTINGS, clock)


async def begun(sessions: CookieSessions) -> str:
    match await sessions.begin(ALICE):
        case Ok(shown):
            return shown
        case Err(error):
            pytest.fail(error)


async def found(sessions: CookieSessions, shown: str) -> Session:
    session = await sessions.find(shown)
    assert session
    return session


async def test_a_session_says_who_it_is_and_each_has_an_id_of_its_own(sessions: CookieSessions) -> None:
    one, other = [await found(sessions, await begun(sessions)) for _ in range(2)]

    assert one.principal == other.principal == ALICE
    assert one.id != other.id
    assert one.csrf != other.csrf


async def test_an_idle_session_ends(sessions: CookieSessions, clock: Clock) -> None:
    shown = await begun(sessions)
    clock.now += 99
    assert await sessions.find(shown)
    clock.now += 1
    assert await sessions.find(shown) is None


async def test_a_session_that_is_used_lasts_longer_but_not_for_ever(sessions: CookieSessions, clock: Clock) -> None:
    shown, renewals = await begun(sessions), 0
    for _ in range(4):
        clock.now += 60
        session = await found(sessions, shown)
        if renewed := sessions.renewed(session):
            shown, renewals = renewed, renewals + 1
    clock.now += 10

    assert renewals == 4
    assert await sessions.find(shown) is None


async def test_a_session_seen_a_moment_ago_is_not_written_again(sessions: CookieSessions, clock: Clock) -> None:
    session = await found(sessions, await begun(sessions))
    clock.now += 9
    assert sessions.renewed(session) is None
    clock.now += 1
    assert sessions.renewed(session)


async def test_what_was_changed_is_not_taken(sessions: CookieSessions) -> None:
    shown = await begun(sessions)
    content, signature = shown.rsplit(".", 1)
    forged = CookieSessions(SessionSettings(secret=Secret("another")))

    for wrong in ("", ".", content, f"{content}.", f"A{shown}", f"{shown[:-2]}", f"é{shown}", "." + signature):
        assert await sessions.find(wrong) is None
    assert await sessions.find(await begun(forged)) is None


def test_what_is_sealed_for_one_purpose_is_not_taken_for_another() -> None:
    secret = SETTINGS.secret
    sealed = Seal(secret, "attempt", str).close("text")

    assert Seal(secret, "attempt", str).open(sealed) == "text"
    assert Seal(secret, "session", str).open(sealed) is None
    assert Seal(secret, "attempt", int).open(sealed) is None


@pytest.mark.parametrize("content", [b"{", b"7", b'"\xff"'])
def test_what_is_sealed_and_cannot_be_read_is_not_taken(content: bytes) -> None:
    sealed = Seal(SETTINGS.secret, "attempt", Raw).close(Raw(content))

    assert Seal(SETTINGS.secret, "attempt", str).open(sealed) is None


async def test_more_roles_than_a_cookie_holds_begin_no_session(sessions: CookieSessions) -> None:
    many = Principal("alice", frozenset(f"role-{number}" for number in range(400)))
    fitting = Principal("alice", frozenset(f"role-{number}" for number in range(150)))

    assert isinstance(await sessions.begin(many), Err)
    match await sessions.begin(fitting):
        case Ok(shown):
            assert len(shown) <= MOST_BYTES
        case Err(error):
            pytest.fail(error)


def test_an_attempt_is_ended_by_the_browser_that_began_it_within_its_time(clock: Clock) -> None:
    attempts = SealedAttempts(SETTINGS.secret, clock)
    attempt, kept = attempts.begin("/me")
    other, kept_otherwise = attempts.begin("/me")

    assert attempts.find(attempt.state, kept) == attempt
    assert attempts.find(attempt.state, kept_otherwise) is None
    assert attempts.find(other.state, kept) is None
    assert attempts.find(attempt.state, "") is None
    assert len({attempt.state, attempt.nonce, attempt.verifier, other.state, other.nonce, other.verifier}) == 6
    clock.now += ATTEMPT_SECONDS
    assert attempts.find(attempt.state, kept) is None

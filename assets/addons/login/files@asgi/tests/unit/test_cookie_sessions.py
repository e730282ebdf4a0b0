"""What a browser keeps is signed: what it changes, keeps too long or takes for something else is refused."""

import pytest
from itsdangerous import URLSafeSerializer

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok
from {{ package }}.domain.sign_in import Session
from {{ package }}.infrastructure.config import SessionSettings
from {{ package }}.infrastructure.login.cookie_attempts import ATTEMPT_SECONDS, CookieAttempts
from {{ package }}.infrastructure.login.cookie_sessions import CookieSessions, SessionClock
from {{ package }}.infrastructure.secret import Secret
from {{ package }}.infrastructure.login.signed_cookie import MAX_COOKIE_BYTES, SignedCookie
from tests.fixtures.clock import Clock

ALICE = Principal("alice", frozenset({"read", "write"}))
SETTINGS = SessionSettings(idle_seconds=100, max_seconds=250)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> CookieSessions:
    return CookieSessions(SessionClock(SETTINGS, clock))


async def begun(sessions: CookieSessions, principal: Principal = ALICE) -> str:
    match await sessions.begin(principal):
        case Ok(cookie):
            return cookie
        case Err(error):
            return error


async def found(sessions: CookieSessions, cookie: str) -> Session:
    session = await sessions.find(cookie)
    assert session
    return session


async def test_a_session_names_the_person_and_each_has_its_own_id(sessions: CookieSessions) -> None:
    one, other = [await found(sessions, await begun(sessions)) for _ in range(2)]

    assert one.principal == other.principal == ALICE
    assert one.id != other.id
    assert one.csrf_token != other.csrf_token


async def test_an_idle_session_ends(sessions: CookieSessions, clock: Clock) -> None:
    cookie = await begun(sessions)
    clock.now += 99
    assert await sessions.find(cookie)
    clock.now += 1
    assert await sessions.find(cookie) is None


async def test_a_session_that_is_used_lasts_longer_but_not_for_ever(sessions: CookieSessions, clock: Clock) -> None:
    cookie = await begun(sessions)
    for _ in range(4):
        clock.now += 60
        renewed = sessions.renewed(await found(sessions, cookie))
        assert renewed
        cookie = renewed
    clock.now += 10

    assert await sessions.find(cookie) is None


async def test_a_session_that_was_used_a_moment_ago_is_not_renewed(sessions: CookieSessions, clock: Clock) -> None:
    session = await found(sessions, await begun(sessions))
    clock.now += 9
    assert sessions.renewed(session) is None
    clock.now += 1
    assert sessions.renewed(session)


async def test_a_cookie_that_was_changed_is_refused(sessions: CookieSessions, clock: Clock) -> None:
    cookie = await begun(sessions)
    content, _, signature = cookie.rpartition(".")
    another = CookieSessions(SessionClock(SessionSettings(secret=Secret("another")), clock))

    for wrong in ("", ".", content, f"{content}.", f"A{cookie}", cookie[:-2], f"é{cookie}", f".{signature}"):
        assert await sessions.find(wrong) is None
    assert await sessions.find(await begun(another)) is None


def test_a_cookie_for_one_purpose_is_refused_for_another() -> None:
    secret = SETTINGS.secret
    cookie = SignedCookie(secret, "attempt", str).dumps("text")

    assert SignedCookie(secret, "attempt", str).loads(cookie) == "text"
    assert SignedCookie(secret, "session", str).loads(cookie) is None
    assert SignedCookie(secret, "attempt", int).loads(cookie) is None
    assert SignedCookie(secret, "attempt", str).loads(str(URLSafeSerializer(secret.text).dumps("text"))) is None


async def test_more_roles_than_a_cookie_holds_begin_no_session(sessions: CookieSessions) -> None:
    many = Principal("alice", frozenset(f"{number * 7919 % 99991:x}-role-{number}" for number in range(800)))
    some = Principal("alice", frozenset(f"role-{number}" for number in range(150)))

    assert "more roles" in await begun(sessions, many)
    assert len(await begun(sessions, some)) <= MAX_COOKIE_BYTES
    assert await sessions.find(await begun(sessions, some))


def test_an_attempt_is_used_once_in_time_by_the_browser_that_began_it(clock: Clock) -> None:
    attempts = CookieAttempts(SETTINGS.secret, clock)
    (attempt, cookie), (other, other_cookie) = attempts.begin("/me"), attempts.begin("/me")

    assert attempts.use(attempt.state, other_cookie) is None
    assert attempts.use(other.state, cookie) is None
    assert attempts.use(attempt.state, "") is None
    assert attempts.use(attempt.state, cookie) == attempt
    assert attempts.use(attempt.state, cookie) is None
    clock.now += ATTEMPT_SECONDS
    assert attempts.use(other.state, other_cookie) is None
    values = {value for one in (attempt, other) for value in (one.state, one.nonce, one.code_verifier)}
    assert len(values) == 6

"""Sessions in cookies: what a browser changes or keeps too long is refused."""

import asyncio
import time

import pytest
from starlette.testclient import TestClient

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok
from {{ package }}.domain.sign_in import Session
from {{ package }}.infrastructure.config import SessionSettings, Settings
from {{ package }}.infrastructure.login.cookie_sessions import MAX_COOKIE_BYTES, CookieSessions
from {{ package }}.infrastructure.secret import Secret
from tests.fixtures.clock import Clock
from tests.fixtures.guarded import PATH, READ
from tests.fixtures.sign_in import sign_in
from tests.fixtures.wire import document

ALICE = Principal("alice", frozenset({READ}))
SETTINGS = SessionSettings(idle_seconds=100, max_seconds=250)
SESSION = "{{ name }}-session"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> CookieSessions:
    return CookieSessions(SETTINGS, clock)


async def begun(sessions: CookieSessions, principal: Principal = ALICE) -> tuple[str, Session]:
    result = await sessions.begin(principal)
    assert isinstance(result, Ok)
    session = await sessions.find(result.value)
    assert session
    return result.value, session


async def test_an_idle_session_ends(sessions: CookieSessions, clock: Clock) -> None:
    cookie, session = await begun(sessions)
    clock.now += 99
    assert await sessions.find(cookie) == session
    clock.now += 1
    assert await sessions.find(cookie) is None


async def test_a_session_that_is_used_lasts_longer_but_not_for_ever(sessions: CookieSessions, clock: Clock) -> None:
    cookie, _ = await begun(sessions)
    for _ in range(4):
        clock.now += 60
        session = await sessions.find(cookie)
        assert session
        cookie = sessions.renewed(session) or "not renewed"
    clock.now += 10

    assert await sessions.find(cookie) is None


async def test_a_session_that_was_used_a_moment_ago_is_not_renewed(sessions: CookieSessions, clock: Clock) -> None:
    _, session = await begun(sessions)
    clock.now += 9
    assert sessions.renewed(session) is None
    clock.now += 1
    assert sessions.renewed(session)


async def test_a_cookie_that_was_changed_is_refused(sessions: CookieSessions, clock: Clock) -> None:
    cookie, _ = await begun(sessions)
    other_cookie, _ = await begun(CookieSessions(SessionSettings(secret=Secret("another")), clock))
    content, _, signature = cookie.rpartition(".")

    for wrong in ("", ".", content, f"{content}.", f"A{cookie}", f"é{cookie}", f".{signature}", other_cookie):
        assert await sessions.find(wrong) is None


async def test_more_roles_than_a_cookie_holds_begin_no_session(sessions: CookieSessions) -> None:
    many = Principal("alice", frozenset(f"{number * 7919 % 99991:x}-role-{number}" for number in range(800)))
    some = Principal("alice", frozenset(f"role-{number}" for number in range(150)))

    assert isinstance(await sessions.begin(many), Err)
    assert len((await begun(sessions, some))[0]) <= MAX_COOKIE_BYTES


def test_a_session_that_was_set_before_is_replaced(browser: TestClient) -> None:
    first = sign_in(browser, "mallory")
    before = browser.cookies[SESSION]
    second = sign_in(browser, "alice")

    assert browser.cookies[SESSION] != before
    assert first != second
    assert document(browser.get("/me"))["subject"] == "alice"


@pytest.mark.parametrize(("path", "ago", "renewed"), [("/me", 3000, True), (PATH, 3000, True), ("/me", 0, False)])
def test_a_session_that_was_not_used_for_a_while_is_renewed(
    browser: TestClient, settings: Settings, path: str, ago: int, *, renewed: bool
) -> None:
    response = browser.get(path, headers=session_seen(settings, ago))

    assert response.status_code == 200
    assert any(cookie.startswith(f"{SESSION}=") for cookie in response.headers.get_list("set-cookie")) is renewed


def test_a_session_that_ends_is_not_renewed(browser: TestClient, settings: Settings) -> None:
    response = browser.post("/logout", headers=session_seen(settings, 3000))

    (forgotten,) = response.headers.get_list("set-cookie")
    assert forgotten.startswith(f'{SESSION}=""; expires=')


def session_seen(settings: Settings, ago: int) -> dict[str, str]:
    """Return the headers of a session that was last used so many seconds ago."""
    cookie, session = asyncio.run(begun(CookieSessions(settings.session, lambda: time.time() - ago)))
    return {"Cookie": f"{SESSION}={cookie}", "X-CSRF-Token": session.csrf_token}

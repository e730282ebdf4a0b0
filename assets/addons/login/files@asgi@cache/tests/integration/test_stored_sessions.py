"""Sessions that Redis holds: over everywhere when they are ended, and neither good nor over while it is away."""

import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from http import HTTPStatus

import pytest
from httpx2 import Response
from msgspec import structs
from starlette.testclient import TestClient
from {{ package }}.bootstrap import build_application
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok
from {{ package }}.infrastructure.config import RedisSettings, SessionSettings, Settings
from {{ package }}.infrastructure.login.cookie_sessions import CookieSessions, new_session
from {{ package }}.infrastructure.login.stored_sessions import MOST_BYTES, StoredSessions
from {{ package }}.infrastructure.redis.client import open_redis
from {{ package }}.infrastructure.redis.url import RedisUrl
from tests.fixtures.wire import document
from tests.fixtures.sign_in import open_browser, sign_in
from tests.fixtures.serving import serving
from tests.fixtures.tcp_proxy import TcpProxy
from tests.fixtures.clock import Clock

ALICE = Principal("alice", frozenset({"read"}))
SETTINGS = SessionSettings(idle_seconds=100, max_seconds=250)
SESSION = "{{ name }}-session-id"


@pytest.fixture
def clock() -> Clock:
    return Clock(time.time())


@pytest.fixture
async def sessions(redis_server: RedisSettings, clock: Clock) -> AsyncGenerator[StoredSessions]:
    async with open_redis(redis_server) as redis:
        yield StoredSessions(SETTINGS, redis, clock)


async def begun(sessions: StoredSessions) -> str:
    match await sessions.begin(ALICE):
        case Ok(shown):
            return shown
        case Err(error):
            pytest.fail(error)


async def test_the_cookie_has_an_id_and_redis_has_the_session(sessions: StoredSessions) -> None:
    one, other = [await begun(sessions) for _ in range(2)]

    session = await sessions.find(one)
    assert session
    assert session.principal == ALICE
    assert one != other
    assert len(one) < 200


async def test_one_that_is_ended_is_over_for_every_copy(sessions: StoredSessions) -> None:
    shown = await begun(sessions)
    session = await sessions.find(shown)
    assert session

    await sessions.end(session)

    assert await sessions.find(shown) is None


async def test_a_request_under_way_does_not_bring_an_ended_one_back(sessions: StoredSessions) -> None:
    shown = await begun(sessions)
    session = await sessions.find(shown)
    assert session
    await sessions.end(session)

    await sessions.keep(session, "XX")

    assert await sessions.find(shown) is None


async def test_being_seen_makes_it_last_longer_but_not_for_ever(sessions: StoredSessions, clock: Clock) -> None:
    shown = await begun(sessions)
    for _ in range(4):
        clock.now += 60
        assert await sessions.find(shown)
        assert sessions.renewed(new_session(ALICE, 0)) is None
    clock.now += 10
    assert await sessions.find(shown) is None


async def test_an_idle_one_ends(sessions: StoredSessions, clock: Clock) -> None:
    shown = await begun(sessions)
    clock.now += 100

    assert await sessions.find(shown) is None


async def test_an_id_that_is_not_signed_is_not_looked_up(sessions: StoredSessions) -> None:
    shown = await begun(sessions)
    session = await sessions.find(shown)
    assert session

    assert await sessions.find(session.id) is None
    assert await sessions.find(f"{shown}x") is None
    assert await sessions.find(CookieSessions(SETTINGS).show(session)) is None


async def test_more_roles_than_there_is_room_for_begin_no_session(sessions: StoredSessions) -> None:
    many = replace(ALICE, permissions=frozenset(f"role-{n}" for n in range(MOST_BYTES // 8)))

    assert isinstance(await sessions.begin(many), Err)


async def test_what_cannot_be_asked_is_not_over(redis_server: RedisSettings) -> None:
    away = RedisSettings(url=RedisUrl.parse("redis://127.0.0.1:1"))
    async with open_redis(redis_server) as redis:
        shown = await begun(StoredSessions(SETTINGS, redis))
    async with open_redis(away) as redis:
        with pytest.raises(Unavailable):
            await StoredSessions(SETTINGS, redis).find(shown)


async def test_while_redis_is_away_nobody_is_let_in_and_nobody_signed_out(
    settings: Settings, proxied_redis: RedisSettings, redis_proxy: TcpProxy
) -> None:
    async with open_redis(proxied_redis) as redis:
        shown = await begun(StoredSessions(settings.session, redis))
    application = build_application(structs.replace(settings, redis=proxied_redis))
    async with serving(application, patience=5) as client:

        async def seen() -> Response:
            return await client.get("/me", headers={"Cookie": f"{SESSION}={shown}"})

        before = await seen()
        await redis_proxy.refuse()
        during = await seen()
        await redis_proxy.listen()
        after = await seen()

    assert [before.status_code, during.status_code, after.status_code] == [200, 503, 200]
    assert during.headers["retry-after"]
    assert "set-cookie" not in during.headers


def cookie_of(browser: TestClient) -> str:
    return f"{SESSION}={browser.cookies[SESSION]}"


def me(browser: TestClient, cookie: str) -> Response:
    browser.cookies.clear()
    return browser.get("/me", headers={"Cookie": cookie})


def test_signing_in_anew_ends_the_session_before(settings: Settings, redis_server: RedisSettings) -> None:
    with open_browser(structs.replace(settings, redis=redis_server)) as browser:
        sign_in(browser)
        before = cookie_of(browser)
        sign_in(browser)

        assert me(browser, cookie_of(browser)).status_code == HTTPStatus.OK
        assert me(browser, before).status_code == HTTPStatus.UNAUTHORIZED


def test_signing_out_ends_copies_of_the_cookie_too(settings: Settings, redis_server: RedisSettings) -> None:
    with open_browser(structs.replace(settings, redis=redis_server)) as browser:
        write = sign_in(browser)
        copy = cookie_of(browser)
        assert document(me(browser, copy))["subject"] == "alice"

        response = browser.post("/logout", headers={**write, "Cookie": copy})

        assert response.status_code == HTTPStatus.OK
        assert me(browser, copy).status_code == HTTPStatus.UNAUTHORIZED

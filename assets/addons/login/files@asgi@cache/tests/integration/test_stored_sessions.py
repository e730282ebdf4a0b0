"""Sessions in Redis: over for every copy of the cookie when they are ended, and unavailable while Redis is down."""

from collections.abc import AsyncGenerator

import pytest
from httpx2 import Response
from msgspec import structs
from starlette.testclient import TestClient

from {{ package }}.bootstrap import build_application
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Ok
from {{ package }}.infrastructure.config import RedisSettings, SessionSettings, Settings
from {{ package }}.infrastructure.redis.url import RedisUrl
from {{ package }}.infrastructure.login.signed_cookie import SignedCookie
from {{ package }}.infrastructure.login.stored_sessions import StoredSessions, session_key
from {{ package }}.infrastructure.redis.client import RedisClient, open_redis
from tests.fixtures.clock import Clock
from tests.fixtures.sign_in import open_browser, sign_in
from tests.fixtures.tcp_proxy import TcpProxy

ALICE = Principal("alice", frozenset({"read"}))
SETTINGS = SessionSettings(idle_seconds=100, max_seconds=250)
SESSION = "{{ name }}-session"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def redis(redis_server: RedisUrl) -> AsyncGenerator[RedisClient]:
    async with open_redis(RedisSettings(url=redis_server)) as client:
        yield client


@pytest.fixture
def sessions(redis: RedisClient, clock: Clock) -> StoredSessions:
    return StoredSessions(SETTINGS, redis, clock)


async def begun(sessions: StoredSessions) -> tuple[str, str]:
    """Return the cookie and the id of a new session."""
    result = await sessions.begin(ALICE)
    assert isinstance(result, Ok)
    return result.value, SignedCookie(SETTINGS.secret, "session-id", str).loads(result.value) or ""


async def test_a_session_that_is_used_lasts_longer_but_not_for_ever(
    sessions: StoredSessions, redis: RedisClient, clock: Clock
) -> None:
    cookie, session_id = await begun(sessions)
    assert await redis.send("TTL", session_key(session_id)) in {99, 100}
    await redis.send("EXPIRE", session_key(session_id), 10)
    session = await sessions.find(cookie)
    assert session
    assert session.principal == ALICE
    assert await redis.send("TTL", session_key(session_id)) in {99, 100}

    clock.now += 249
    assert await sessions.find(cookie)
    clock.now += 1
    assert await sessions.find(cookie) is None


async def test_an_id_that_is_not_signed_is_refused(sessions: StoredSessions) -> None:
    cookie, session_id = await begun(sessions)

    assert await sessions.find(cookie)
    assert await sessions.find(session_id) is None
    assert await sessions.find(f"{cookie}x") is None


async def test_a_session_that_another_version_stored_is_over(sessions: StoredSessions, redis: RedisClient) -> None:
    cookie, session_id = await begun(sessions)
    await redis.send("SET", session_key(session_id), b'{"principal": "alice"}')

    assert await sessions.find(cookie) is None


async def test_while_redis_is_down_nobody_is_let_in_and_nobody_is_signed_out(
    settings: Settings, proxied_redis: RedisSettings, redis_proxy: TcpProxy
) -> None:
    async with open_redis(proxied_redis) as redis:
        cookie, _ = await begun(StoredSessions(settings.session, redis))
    application = build_application(structs.replace(settings, redis=proxied_redis))
    with TestClient(application) as client:

        def seen() -> Response:
            return client.get("/me", headers={"Cookie": f"{SESSION}={cookie}"})

        before = seen()
        redis_proxy.refuse()
        during = seen()
        ready = client.get("/readyz").status_code
        redis_proxy.listen()
        after = seen()

    assert [before.status_code, during.status_code, after.status_code] == [200, 503, 200]
    assert ready == {{ slot("login.ready_without_redis", "200") }}
    assert during.headers["retry-after"]
    assert "set-cookie" not in during.headers


def me(browser: TestClient, cookie: str) -> int:
    browser.cookies.clear()
    return browser.get("/me", headers={"Cookie": f"{SESSION}={cookie}"}).status_code


def test_signing_in_again_and_signing_out_end_every_copy(browser: TestClient) -> None:
    sign_in(browser)
    first = browser.cookies[SESSION]
    write = sign_in(browser)
    second = browser.cookies[SESSION]
    assert [me(browser, first), me(browser, second)] == [401, 200]

    response = browser.post("/logout", headers={**write, "Cookie": f"{SESSION}={second}"})

    assert response.status_code == 200
    assert me(browser, second) == 401

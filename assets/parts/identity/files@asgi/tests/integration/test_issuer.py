"""What the issuer says is fetched over HTTP and believed within bounds; its keys are kept as long as they are good."""

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import cast

import pytest
from httpx2 import AsyncClient, MockTransport, Request, Response
from joserfc.jwk import Key
from local_issuer.endpoints import jwks
from local_issuer.provider import Answer, Asked, Provider
from local_issuer.server import LocalIssuer
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import OidcSettings
from {{ package }}.infrastructure.identity.issuer import Issuer, open_issuer
from {{ package }}.infrastructure.identity.key_cache import FRESH_SECONDS, KEPT_SECONDS, PAUSE_SECONDS
from {{ package }}.infrastructure.identity.url import IssuerUrl
from tests.fixtures.clock import Clock

DISCOVERY = ("GET", "/.well-known/openid-configuration")
JWKS = ("GET", "/jwks")
NO_GOOD_ANSWER = "gives no good answer"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def issuer(changing_issuer: LocalIssuer, clock: Clock) -> AsyncGenerator[Issuer]:
    async with open_issuer(OidcSettings(issuer=IssuerUrl.parse(changing_issuer.url))) as opened:
        opened.keys.clock = clock
        yield opened


def signing(server: LocalIssuer) -> str:
    return cast("str", server.provider.key.kid)


def fetches(server: LocalIssuer) -> int:
    return server.asked[JWKS[1]]


async def outcome(issuer: Issuer, kid: str) -> str:
    """Say in a word what a request with this key id meets."""
    try:
        return "found" if await issuer.keys.find(kid) else "unknown"
    except Unavailable:
        return "unavailable"


async def test_an_issuer_on_this_machine_is_asked_without_the_proxy_of_the_environment(
    changing_issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with open_issuer(OidcSettings(issuer=IssuerUrl.parse(changing_issuer.url))) as opened:
        assert await outcome(opened, signing(changing_issuer)) == "found"


async def test_keys_are_fetched_once_while_they_are_fresh(
    issuer: Issuer, changing_issuer: LocalIssuer, clock: Clock
) -> None:
    found: list[Key | None] = []
    for _ in range(5):
        found.append(await issuer.keys.find(signing(changing_issuer)))
        clock.now += FRESH_SECONDS / 5

    assert all(found)
    assert fetches(changing_issuer) == 1


async def test_one_request_has_old_keys_fetched_again_and_none_waits_for_it(
    issuer: Issuer, changing_issuer: LocalIssuer, clock: Clock
) -> None:
    kid = signing(changing_issuer)
    await issuer.keys.find(kid)
    clock.now += FRESH_SECONDS + 1
    released = threading.Event()

    def held(provider: Provider, asked: Asked) -> Answer:
        assert released.wait(10)
        return jwks(provider, asked)

    changing_issuer.provider.endpoints[JWKS] = held
    found = await asyncio.gather(*(issuer.keys.find(kid) for _ in range(50)))
    running = issuer.keys.fetching
    assert running
    assert not running.done()
    assert all(found)
    released.set()
    await running

    assert fetches(changing_issuer) == 2


async def test_a_new_key_is_found_at_once_and_the_old_one_is_gone(
    issuer: Issuer, changing_issuer: LocalIssuer, clock: Clock
) -> None:
    old = signing(changing_issuer)
    assert await outcome(issuer, old) == "found"
    changing_issuer.provider.rotate()
    clock.now += PAUSE_SECONDS

    assert await outcome(issuer, signing(changing_issuer)) == "found"
    clock.now += PAUSE_SECONDS
    assert await outcome(issuer, old) == "unknown"


async def test_a_flood_of_unknown_keys_costs_the_issuer_one_fetch_for_each_pause(
    issuer: Issuer, changing_issuer: LocalIssuer, clock: Clock
) -> None:
    assert await outcome(issuer, signing(changing_issuer)) == "found"

    met: list[set[str]] = []
    for number in range(3):
        clock.now += PAUSE_SECONDS / 2
        met.append(set(await asyncio.gather(*(outcome(issuer, f"{number}-{n}") for n in range(100)))))

    assert met == [{"unavailable"}, {"unknown"}, {"unavailable"}]
    assert fetches(changing_issuer) == 2
    assert await outcome(issuer, signing(changing_issuer)) == "found", "those with a good key notice nothing"


async def test_while_the_issuer_is_away_its_keys_are_kept_for_an_hour(
    issuer: Issuer, changing_issuer: LocalIssuer, clock: Clock
) -> None:
    kid = signing(changing_issuer)
    assert await outcome(issuer, kid) == "found"
    changing_issuer.__exit__()

    clock.now += FRESH_SECONDS + 1
    assert await outcome(issuer, kid) == "found"
    running = issuer.keys.fetching
    assert running
    await running
    assert (await issuer.keys.check()).startswith(f"degraded: {NO_GOOD_ANSWER}")
    clock.now += PAUSE_SECONDS
    assert await outcome(issuer, "unknown") == "unavailable", "whether it is new cannot be told"
    clock.now += KEPT_SECONDS - FRESH_SECONDS - 10
    assert await outcome(issuer, kid) == "found"
    clock.now += 10
    assert await outcome(issuer, kid) == "unavailable"
    with pytest.raises(Unavailable):
        await issuer.keys.check()

    clock.now += PAUSE_SECONDS
    with changing_issuer:
        assert await outcome(issuer, kid) == "found"
        assert await issuer.keys.check() == "ok"


async def test_an_issuer_that_is_away_at_the_start_is_asked_again_after_a_pause(
    issuer: Issuer, changing_issuer: LocalIssuer, clock: Clock
) -> None:
    changing_issuer.__exit__()
    assert await outcome(issuer, signing(changing_issuer)) == "unavailable"

    with changing_issuer:
        assert await outcome(issuer, signing(changing_issuer)) == "unavailable"
        clock.now += PAUSE_SECONDS
        assert await outcome(issuer, signing(changing_issuer)) == "found"


async def test_readiness_has_the_keys_fetched(issuer: Issuer, changing_issuer: LocalIssuer) -> None:
    assert await issuer.keys.check() == "ok"
    assert fetches(changing_issuer) == 1


async def test_a_request_that_gives_up_does_not_stop_the_fetch_for_the_others(
    issuer: Issuer, changing_issuer: LocalIssuer
) -> None:
    first, second = (asyncio.create_task(outcome(issuer, signing(changing_issuer))) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()

    assert await second == "found"


@pytest.mark.parametrize(
    ("endpoint", "answer", "reason"),
    [
        (DISCOVERY, Answer(b"", HTTPStatus.FOUND, {"Location": "/jwks"}), "answered 302"),
        (DISCOVERY, Answer(b"", HTTPStatus.INTERNAL_SERVER_ERROR), "answered 500"),
        (DISCOVERY, Answer(b"<html>"), NO_GOOD_ANSWER),
        (DISCOVERY, Answer(b"{}"), NO_GOOD_ANSWER),
        (DISCOVERY, Answer(b'{"issuer": "\xff"}'), NO_GOOD_ANSWER),
        (DISCOVERY, Answer(b'{"issuer": "http://other.example", "jwks_uri": "http://127.0.0.1"}'), "calls itself"),
        (JWKS, Answer(b"", HTTPStatus.MOVED_PERMANENTLY, {"Location": "/jwks"}), "answered 301"),
        (JWKS, Answer(b'{"keys": [' + b" " * 300_000 + b"]}"), "answered with too much"),
        (JWKS, Answer(b'{"keys": {}}'), NO_GOOD_ANSWER),
        (JWKS, Answer(b'{"keys": [1]}'), NO_GOOD_ANSWER),
        (JWKS, Answer(b'{"keys": []}'), "has no key that can be used"),
        (JWKS, Answer(b'{"keys": [{"n": ' + b"[" * 100_000), NO_GOOD_ANSWER),
    ],
)
async def test_what_cannot_be_believed_is_an_outage(
    issuer: Issuer, changing_issuer: LocalIssuer, endpoint: tuple[str, str], answer: Answer, reason: str
) -> None:
    changing_issuer.provider.endpoints[endpoint] = lambda _provider, _asked: answer

    with pytest.raises(Unavailable, match=reason):
        await issuer.keys.find("any")


async def test_an_answer_that_cannot_be_believed_leaves_the_keys_alone(
    issuer: Issuer, changing_issuer: LocalIssuer, clock: Clock
) -> None:
    kid = signing(changing_issuer)
    assert await outcome(issuer, kid) == "found"
    changing_issuer.provider.endpoints[JWKS] = lambda _provider, _asked: Answer.json({"keys": []})
    clock.now += PAUSE_SECONDS

    assert await outcome(issuer, "unknown") == "unavailable"
    assert await outcome(issuer, kid) == "found"


async def test_an_issuer_with_https_may_not_send_its_callers_elsewhere() -> None:
    async def said() -> AsyncGenerator[bytes]:
        yield b'{"issuer": "https://id.example", "jwks_uri": "http://id.example/jwks"}'

    def answer(_request: Request) -> Response:
        return Response(200, content=said())

    async with AsyncClient(transport=MockTransport(answer)) as http:
        issuer = Issuer(OidcSettings(issuer=IssuerUrl.parse("https://id.example")), http)
        with pytest.raises(Unavailable, match="not https"):
            await issuer.metadata()


async def test_an_issuer_that_takes_connections_and_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("{{ package }}.infrastructure.identity.issuer.SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = cast("tuple[str, int]", silent.getsockname())[1]
        url = IssuerUrl.parse(f"http://127.0.0.1:{port}")
        async with asyncio.timeout(5), open_issuer(OidcSettings(issuer=url)) as opened:
            with pytest.raises(Unavailable, match=NO_GOOD_ANSWER):
                await opened.metadata()

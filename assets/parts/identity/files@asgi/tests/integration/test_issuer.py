"""The issuer's documents are fetched over HTTP with bounds, and not believed without checks."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from typing import cast

import pytest
from httpx2 import AsyncClient, MockTransport, Request
from httpx2 import Response as HttpResponse
from joserfc.jwk import ECKey
from starlette.responses import JSONResponse, RedirectResponse, Response

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.identity.issuer import FRESH_SECONDS, KEPT_SECONDS, PAUSE_SECONDS, Issuer, open_issuer
from local_issuer.issuer import new_key
from tests.fixtures.clock import Clock
from tests.fixtures.issuer import ChangingIssuer, oidc_settings

DISCOVERY, JWKS = "/.well-known/openid-configuration", "/jwks"
ENDPOINTS = dict.fromkeys(("jwks_uri", "token_endpoint", "authorization_endpoint"), "http://id.example/")
NO_GOOD_ANSWER = "gives no good answer"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def opened(changing_issuer: ChangingIssuer, clock: Clock) -> AsyncGenerator[Issuer]:
    async with open_issuer(oidc_settings(changing_issuer.url)) as issuer:
        issuer.clock = clock
        yield issuer


async def outcome(issuer: Issuer, kid: str) -> str:
    try:
        return "found" if await issuer.find_keys(kid, "RS256") else "unknown"
    except Unavailable:
        return "unavailable"


async def test_a_new_key_is_found_at_once_and_the_old_one_is_gone(
    opened: Issuer, changing_issuer: ChangingIssuer, clock: Clock
) -> None:
    old = str(changing_issuer.key.kid)
    assert await outcome(opened, old) == "found"
    changing_issuer.key = new_key()
    clock.now += PAUSE_SECONDS

    assert await outcome(opened, str(changing_issuer.key.kid)) == "found"
    assert await outcome(opened, old) == "unknown"


async def test_an_unknown_key_id_is_unavailable_only_while_the_issuer_cannot_be_asked(
    opened: Issuer, changing_issuer: ChangingIssuer, clock: Clock
) -> None:
    kid = str(changing_issuer.key.kid)
    assert await opened.check() == "ok"
    changing_issuer.stop()

    clock.now += PAUSE_SECONDS - 1
    assert await outcome(opened, "forged") == "unknown", "the keys were fetched within the pause"
    clock.now += 1
    assert {await outcome(opened, "forged") for _ in range(10)} == {"unavailable"}
    assert await outcome(opened, kid) == "found"
    assert (await opened.check()).startswith(f"degraded: {NO_GOOD_ANSWER}")
    clock.now += KEPT_SECONDS
    assert await outcome(opened, kid) == "unavailable"

    changing_issuer.start()
    clock.now += PAUSE_SECONDS
    assert await outcome(opened, kid) == "found"
    assert await opened.check() == "ok"


async def test_several_keys_under_one_id_are_told_apart_by_algorithm_and_use(
    opened: Issuer, changing_issuer: ChangingIssuer
) -> None:
    kid, public = str(changing_issuer.key.kid), changing_issuer.key.as_dict(private=False)
    others = [new_key().as_dict(private=False), ECKey.generate_key("P-256").as_dict(private=False)]
    keys = [{**public, "alg": "RS512"}, {**public, "alg": "PS256", "use": "enc"}, *({**key, "kid": kid} for key in others)]
    changing_issuer.answers[JWKS] = JSONResponse({"keys": [*keys, public]})

    found = {alg: await opened.find_keys(kid, alg) for alg in ("RS256", "RS512", "PS256", "ES256")}

    assert {alg: [key.key_type for key in keys] for alg, keys in found.items()} == {
        "RS256": ["RSA", "RSA"],
        "RS512": ["RSA"],
        "PS256": [],
        "ES256": ["EC"],
    }


async def test_forged_key_ids_cost_one_fetch_in_each_pause(
    opened: Issuer, changing_issuer: ChangingIssuer, clock: Clock
) -> None:
    for _ in range(4):
        outcomes = await asyncio.gather(*(outcome(opened, f"forged-{number}") for number in range(50)))
        assert set(outcomes) == {"unknown"}
        clock.now += PAUSE_SECONDS / 2

    assert changing_issuer.requests.count(JWKS) == 2


async def test_old_keys_are_fetched_again_once_while_nobody_waits(
    opened: Issuer, changing_issuer: ChangingIssuer, clock: Clock
) -> None:
    old = str(changing_issuer.key.kid)
    for _ in range(5):
        assert await outcome(opened, old) == "found"
        clock.now += FRESH_SECONDS / 5
    assert changing_issuer.requests.count(JWKS) == 1
    changing_issuer.key = new_key()
    clock.now += 1

    assert set(await asyncio.gather(*(outcome(opened, old) for _ in range(50)))) == {"found"}
    assert opened.fetching
    await opened.fetching
    assert changing_issuer.requests.count(JWKS) == 2
    assert await outcome(opened, str(changing_issuer.key.kid)) == "found"


async def test_a_request_that_is_cancelled_does_not_stop_the_fetch_for_others(
    opened: Issuer, changing_issuer: ChangingIssuer
) -> None:
    kid = str(changing_issuer.key.kid)
    first, second = (asyncio.create_task(outcome(opened, kid)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()

    assert await second == "found"
    assert changing_issuer.requests.count(JWKS) == 1


@pytest.mark.parametrize(
    ("path", "answer", "reason"),
    [
        (DISCOVERY, RedirectResponse(JWKS, 302), "answered 302"),
        (DISCOVERY, Response(b"<html>"), NO_GOOD_ANSWER),
        (DISCOVERY, Response(b'{"issuer": "\xff"}'), NO_GOOD_ANSWER),
        (DISCOVERY, JSONResponse({**ENDPOINTS, "issuer": "http://other.example"}), "calls itself"),
        (JWKS, Response(b'{"keys": [' + b" " * 300_000 + b"]}"), NO_GOOD_ANSWER),
        (JWKS, Response(b'{"keys": []}'), "publishes no key that can be used"),
        (JWKS, Response(b'{"keys": [{"n": ' + b"[" * 100_000), NO_GOOD_ANSWER),
    ],
)
async def test_an_answer_that_cannot_be_believed_is_an_outage_and_not_asked_for_again_at_once(
    opened: Issuer, changing_issuer: ChangingIssuer, path: str, answer: Response, reason: str
) -> None:
    changing_issuer.answers[path] = answer

    for _ in range(2):
        with pytest.raises(Unavailable, match=reason):
            await opened.find_keys("any", "RS256")
    assert changing_issuer.requests.count(path) == 1


async def test_an_issuer_with_https_cannot_name_an_address_without() -> None:
    def answer(_request: Request) -> HttpResponse:
        return HttpResponse(200, json={**ENDPOINTS, "issuer": "https://id.example"})

    async with AsyncClient(transport=MockTransport(answer)) as http:
        opened = Issuer(oidc_settings("https://id.example"), http)
        with pytest.raises(Unavailable, match="not https"):
            await opened.check()


async def test_an_issuer_that_accepts_connections_and_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("{{ package }}.infrastructure.identity.issuer.TIMEOUT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = cast("tuple[str, int]", silent.getsockname())[1]
        silent_issuer = oidc_settings(f"http://127.0.0.1:{port}")
        async with asyncio.timeout(5), open_issuer(silent_issuer) as opened:
            with pytest.raises(Unavailable, match=NO_GOOD_ANSWER):
                await opened.check()


async def test_proxy_variables_are_not_used(changing_issuer: ChangingIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    async with open_issuer(oidc_settings(changing_issuer.url)) as opened:
        assert await outcome(opened, str(changing_issuer.key.kid)) == "found"

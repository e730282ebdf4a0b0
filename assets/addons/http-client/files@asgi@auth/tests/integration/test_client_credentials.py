"""Tokens for calls to the {{ upstream_words }} service, from the local issuer and over real HTTP."""

import logging
import traceback
from collections.abc import AsyncGenerator
from http import HTTPStatus
import pytest
from msgspec import structs
from starlette.responses import JSONResponse, RedirectResponse, Response
from {{ package }}.bootstrap import create_services
from {{ package }}.domain.{{ upstream }} import {{ Upstream }}
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.result import Ok
from {{ package }}.infrastructure.clients.client_secret import ClientSecret
from {{ package }}.infrastructure.config import OidcSettings, {{ Upstream }}ClientSettings, {{ Upstream }}Settings, Settings, load_section
from {{ package }}.infrastructure.environment import SettingsError
from {{ package }}.infrastructure.identity.refresh_ahead import ISSUER
from {{ package }}.infrastructure.identity.url import IssuerUrl
from tests.fixtures.issuer import ChangingIssuer
from tests.fixtures.upstream import ENTRY, FaultyServer, says

ENDPOINT = "/token"
NO_GOOD_ANSWER = "gives no good answer"
SECRET = "hunter2-hunter2"  # noqa: S105 - what must not be shown
US = {{ Upstream }}ClientSettings(
    client_id="us",
    client_secret=ClientSecret(SECRET),
    scope="entries:read",
    audience="them",
)


@pytest.fixture
def calling(settings: Settings, upstream_settings: {{ Upstream }}Settings, changing_issuer: ChangingIssuer) -> Settings:
    oidc = OidcSettings(issuer=IssuerUrl.parse(changing_issuer.url))
    waits_long = structs.replace(upstream_settings, read_timeout=5.0, timeout=5.0)
    return structs.replace(settings, oidc=oidc, {{ upstream }}=waits_long, {{ upstream }}_client=US)


@pytest.fixture
async def service(calling: Settings) -> AsyncGenerator[{{ Upstream }}]:
    async with create_services(calling) as services:
        yield services.{{ upstream }}


def shown(upstream: FaultyServer) -> list[str]:
    return [heard.headers.get("authorization", "") for heard in upstream.heard]


async def test_calls_carry_one_token_for_what_was_asked(service: {{ Upstream }}, upstream: FaultyServer, changing_issuer: ChangingIssuer) -> None:
    for _ in range(3):
        assert isinstance(await service.find("a-1"), Ok)

    assert len(set(shown(upstream))) == 1
    assert shown(upstream)[0].startswith("Bearer ey")
    assert [request.form for request in changing_issuer.requests if request.path == ENDPOINT] == [
        {"grant_type": "client_credentials", "scope": "entries:read", "audience": "them"}
    ]


async def test_one_that_is_refused_is_fetched_anew_and_the_call_made_again(service: {{ Upstream }}, upstream: FaultyServer, changing_issuer: ChangingIssuer) -> None:
    upstream.will(says(ENTRY), says({}, HTTPStatus.UNAUTHORIZED), says(ENTRY))
    await service.find("a-1")

    assert isinstance(await service.find("a-1"), Ok)
    assert changing_issuer.count(ENDPOINT) == 2
    first, refused, last = shown(upstream)
    assert first == refused != last


async def test_when_the_new_one_is_refused_too_it_is_unavailable(service: {{ Upstream }}, upstream: FaultyServer, changing_issuer: ChangingIssuer) -> None:
    upstream.will(says({}, HTTPStatus.UNAUTHORIZED))

    with pytest.raises(Unavailable, match="answered 401"):
        await service.find("a-1")

    assert changing_issuer.count(ENDPOINT) == len(upstream.heard) == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (JSONResponse({"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED), "refuses this service: invalid_client"),
        (Response(b"", HTTPStatus.INTERNAL_SERVER_ERROR), NO_GOOD_ANSWER),
        (Response(b"<html>"), NO_GOOD_ANSWER),
        (Response(b"[" * 100_000), NO_GOOD_ANSWER),
        (Response(b"{}"), NO_GOOD_ANSWER),
        (Response(b'{"access_token": "", "token_type": "Bearer"}'), NO_GOOD_ANSWER),
        (Response(b'{"access_token": "a", "token_type": "DPoP"}'), "gave a token that is not to be borne"),
        (Response(b'{"access_token": "a", "token_type": "Bearer", "expires_in": "soon"}'), NO_GOOD_ANSWER),
        (Response(b" " * 300_000), NO_GOOD_ANSWER),
        (RedirectResponse("/jwks", HTTPStatus.FOUND), NO_GOOD_ANSWER),
    ],
)
async def test_without_a_token_nobody_is_called(service: {{ Upstream }}, upstream: FaultyServer, changing_issuer: ChangingIssuer, answer: Response, reason: str) -> None:
    changing_issuer.answers[ENDPOINT] = answer

    with pytest.raises(Unavailable, match=reason) as raised:
        await service.find("a-1")

    assert raised.value.dependency == ISSUER
    assert upstream.heard == []


async def test_an_issuer_that_is_away_is_unavailable(service: {{ Upstream }}, changing_issuer: ChangingIssuer) -> None:
    changing_issuer.stop()

    with pytest.raises(Unavailable, match=NO_GOOD_ANSWER):
        await service.find("a-1")


async def test_an_issuer_without_a_token_endpoint_is_unavailable(service: {{ Upstream }}, changing_issuer: ChangingIssuer) -> None:
    document = {"issuer": changing_issuer.url, "jwks_uri": f"{changing_issuer.url}/jwks"}
    changing_issuer.answers["/.well-known/openid-configuration"] = JSONResponse(document)

    with pytest.raises(Unavailable, match="has no token_endpoint"):
        await service.find("a-1")


async def test_the_secret_is_not_shown(service: {{ Upstream }}, changing_issuer: ChangingIssuer, calling: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    changing_issuer.answers[ENDPOINT] = JSONResponse({"error": "invalid_client"}, 400)

    with pytest.raises(Unavailable) as raised:
        await service.find("a-1")

    assert raised.value.__cause__ is raised.value.__context__ is None
    assert SECRET not in caplog.text + repr(calling) + "".join(traceback.format_exception(raised.value))


async def test_without_a_client_id_calls_carry_no_token(calling: Settings, upstream: FaultyServer, changing_issuer: ChangingIssuer) -> None:
    nobody = structs.replace(calling, {{ upstream }}_client={{ Upstream }}ClientSettings())
    async with create_services(nobody) as services:
        assert isinstance(await services.{{ upstream }}.find("a-1"), Ok)

    assert shown(upstream) == [""]
    assert changing_issuer.count(ENDPOINT) == 0


def test_production_wants_a_secret_beside_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("{{ UPSTREAM }}_CLIENT_ID", "us")
    monkeypatch.setenv("{{ UPSTREAM }}_CLIENT_SECRET", "")

    with pytest.raises(SettingsError, match="{{ UPSTREAM }}_CLIENT_SECRET"):
        load_section({{ Upstream }}ClientSettings)

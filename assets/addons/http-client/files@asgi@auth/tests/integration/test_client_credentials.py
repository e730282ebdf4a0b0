"""Tokens for calls to the {{ upstream_words }} service, from the local issuer and over real HTTP."""

import logging
import traceback
from collections.abc import AsyncGenerator
from http import HTTPStatus
import pytest
from msgspec import structs
from local_issuer.provider import Answer, Asked, Provider
from local_issuer.server import LocalIssuer
from {{ package }}.bootstrap import create_services
from {{ package }}.domain.{{ upstream }} import {{ Upstream }}
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.result import Ok
from {{ package }}.infrastructure.clients.client_secret import ClientSecret
from {{ package }}.infrastructure.config import OidcSettings, {{ Upstream }}ClientSettings, {{ Upstream }}Settings, Settings, load_section
from {{ package }}.infrastructure.environment import SettingsError
from {{ package }}.infrastructure.identity.issuer import ISSUER
from {{ package }}.infrastructure.identity.url import IssuerUrl
from tests.fixtures.upstream import ENTRY, FaultyServer, says

TOKEN = ("POST", "/token")
NO_GOOD_ANSWER = "gives no good answer"
SECRET = "hunter2-hunter2"  # noqa: S105 - what must not be shown
US = {{ Upstream }}ClientSettings(
    client_id="us",
    client_secret=ClientSecret(SECRET),
    scope="entries:read",
    audience="them",
)


@pytest.fixture
def asked(changing_issuer: LocalIssuer) -> list[Asked]:
    """Note what the token endpoint is asked."""
    noted: list[Asked] = []
    answer = changing_issuer.provider.endpoints[TOKEN]

    def note(provider: Provider, asked: Asked) -> Answer:
        noted.append(asked)
        return answer(provider, asked)

    changing_issuer.provider.endpoints[TOKEN] = note
    return noted


@pytest.fixture
def calling(settings: Settings, upstream_settings: {{ Upstream }}Settings, changing_issuer: LocalIssuer) -> Settings:
    oidc = OidcSettings(issuer=IssuerUrl.parse(changing_issuer.url))
    waits_long = structs.replace(upstream_settings, read_timeout=5.0, timeout=5.0)
    return structs.replace(settings, oidc=oidc, {{ upstream }}=waits_long, {{ upstream }}_client=US)


@pytest.fixture
async def service(calling: Settings) -> AsyncGenerator[{{ Upstream }}]:
    async with create_services(calling) as services:
        yield services.{{ upstream }}


def shown(upstream: FaultyServer) -> list[str]:
    return [heard.headers.get("authorization", "") for heard in upstream.heard]


async def test_calls_carry_one_token_for_what_was_asked(service: {{ Upstream }}, upstream: FaultyServer, asked: list[Asked]) -> None:
    for _ in range(3):
        assert isinstance(await service.find("a-1"), Ok)

    assert len(set(shown(upstream))) == 1
    assert shown(upstream)[0].startswith("Bearer ey")
    assert [question.parameters for question in asked] == [
        {"grant_type": "client_credentials", "scope": "entries:read", "audience": "them"}
    ]


async def test_one_that_is_refused_is_fetched_anew_and_the_call_made_again(service: {{ Upstream }}, upstream: FaultyServer, asked: list[Asked]) -> None:
    upstream.will(says(ENTRY), says({}, HTTPStatus.UNAUTHORIZED), says(ENTRY))
    await service.find("a-1")

    assert isinstance(await service.find("a-1"), Ok)
    assert len(asked) == 2
    first, refused, last = shown(upstream)
    assert first == refused != last


async def test_when_the_new_one_is_refused_too_it_is_unavailable(service: {{ Upstream }}, upstream: FaultyServer, asked: list[Asked]) -> None:
    upstream.will(says({}, HTTPStatus.UNAUTHORIZED))

    with pytest.raises(Unavailable, match="answered 401"):
        await service.find("a-1")

    assert len(asked) == len(upstream.heard) == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer.error("invalid_client", HTTPStatus.UNAUTHORIZED), "refuses this service: invalid_client"),
        (Answer(b"", HTTPStatus.INTERNAL_SERVER_ERROR), NO_GOOD_ANSWER),
        (Answer(b"<html>"), NO_GOOD_ANSWER),
        (Answer(b"[" * 100_000), NO_GOOD_ANSWER),
        (Answer(b"{}"), NO_GOOD_ANSWER),
        (Answer(b'{"access_token": "", "token_type": "Bearer"}'), NO_GOOD_ANSWER),
        (Answer(b'{"access_token": "a", "token_type": "DPoP"}'), "gave a token that is not to be borne"),
        (Answer(b'{"access_token": "a", "token_type": "Bearer", "expires_in": "soon"}'), NO_GOOD_ANSWER),
        (Answer(b" " * 300_000), NO_GOOD_ANSWER),
        (Answer(b"", HTTPStatus.FOUND, {"Location": "/jwks"}), NO_GOOD_ANSWER),
    ],
)
async def test_without_a_token_nobody_is_called(service: {{ Upstream }}, upstream: FaultyServer, changing_issuer: LocalIssuer, answer: Answer, reason: str) -> None:
    changing_issuer.provider.endpoints[TOKEN] = lambda _provider, _asked: answer

    with pytest.raises(Unavailable, match=reason) as raised:
        await service.find("a-1")

    assert raised.value.dependency == ISSUER
    assert upstream.heard == []


async def test_an_issuer_that_is_away_is_unavailable(service: {{ Upstream }}, changing_issuer: LocalIssuer) -> None:
    changing_issuer.__exit__()

    with pytest.raises(Unavailable, match=NO_GOOD_ANSWER):
        await service.find("a-1")


async def test_an_issuer_without_a_token_endpoint_is_unavailable(service: {{ Upstream }}, changing_issuer: LocalIssuer) -> None:
    document = {"issuer": changing_issuer.url, "jwks_uri": f"{changing_issuer.url}/jwks"}
    discovery = ("GET", "/.well-known/openid-configuration")
    changing_issuer.provider.endpoints[discovery] = lambda _provider, _asked: Answer.json(document)

    with pytest.raises(Unavailable, match="has no token_endpoint"):
        await service.find("a-1")


async def test_the_secret_is_not_shown(service: {{ Upstream }}, changing_issuer: LocalIssuer, calling: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    changing_issuer.provider.endpoints[TOKEN] = lambda _provider, _asked: Answer.error("invalid_client")

    with pytest.raises(Unavailable) as raised:
        await service.find("a-1")

    assert raised.value.__cause__ is raised.value.__context__ is None
    assert SECRET not in caplog.text + repr(calling) + "".join(traceback.format_exception(raised.value))


async def test_without_a_client_id_calls_carry_no_token(calling: Settings, upstream: FaultyServer, asked: list[Asked]) -> None:
    nobody = structs.replace(calling, {{ upstream }}_client={{ Upstream }}ClientSettings())
    async with create_services(nobody) as services:
        assert isinstance(await services.{{ upstream }}.find("a-1"), Ok)

    assert shown(upstream) == [""]
    assert asked == []


def test_production_wants_a_secret_beside_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("{{ UPSTREAM }}_CLIENT_ID", "us")
    monkeypatch.setenv("{{ UPSTREAM }}_CLIENT_SECRET", "")

    with pytest.raises(SettingsError, match="{{ UPSTREAM }}_CLIENT_SECRET"):
        load_section({{ Upstream }}ClientSettings)

"""How the issuer's endpoints are spoken to: as it wants it, within bounds, and no more often than needed."""

import asyncio
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from httpx2 import AsyncHTTPTransport, Request, Response
from msgspec.structs import replace
from starlette.testclient import TestClient
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import LoginSettings, OidcSettings, Settings
from {{ package }}.infrastructure.identity.url import IssuerUrl
from {{ package }}.infrastructure.login import oidc_client, provider
from {{ package }}.infrastructure.login.oidc_client import OidcClient
from {{ package }}.infrastructure.login.secret import Secret
from local_issuer.provider import Answer, Asked, Provider
from local_issuer.server import LocalIssuer
from tests.fixtures.clock import Clock
from tests.fixtures.wire import document
from tests.fixtures.sign_in import at_issuer, begin, come_back, open_browser, sign_in

DISCOVERY = ("GET", "/.well-known/openid-configuration")
JWKS = ("GET", "/jwks")


@pytest.fixture
def settings(settings: Settings, changing_issuer: LocalIssuer) -> Settings:
    return replace(settings, oidc=OidcSettings(issuer=IssuerUrl.parse(changing_issuer.url)))


@pytest.fixture
def visitor(settings: Settings) -> Iterator[TestClient]:
    with open_browser(settings) as running:
        yield running


def changing(issuer: LocalIssuer, **members: object) -> None:
    """Have the discovery document say something else."""
    real = issuer.provider.endpoints[DISCOVERY]

    def changed(asked_of: Provider, asked: Asked) -> Answer:
        said = msgspec.json.decode(real(asked_of, asked).body, type=dict[str, object])
        return Answer.json({**said, **members})

    issuer.provider.endpoints[DISCOVERY] = changed


@pytest.mark.parametrize(
    ("secret", "in_the_body"),
    [
        ("only-letters-and-dashes", {"grant_type"}),
        ("with spaces, + and %", {"grant_type", "client_id", "client_secret"}),
        ("", {"grant_type", "client_id"}),
    ],
    ids=["plain", "what Basic would garble", "none"],
)
def test_the_secret_is_sent_as_the_issuer_will_understand_it(
    settings: Settings, changing_issuer: LocalIssuer, secret: str, in_the_body: set[str]
) -> None:
    asked_with: list[Mapping[str, str]] = []

    def note(_provider: Provider, asked: Asked) -> Answer:
        asked_with.append(asked.parameters)
        return Answer.error("invalid_grant")

    with open_browser(replace(settings, login=LoginSettings(client_secret=Secret.parse(secret)))) as browser:
        back = at_issuer(begin(browser))
        changing_issuer.provider.grants["authorization_code"] = note
        assert come_back(browser, back).status_code == HTTPStatus.BAD_REQUEST

    (parameters,) = asked_with
    assert parameters.keys() & {"grant_type", "client_id", "client_secret"} == in_the_body
    assert parameters.get("client_secret", secret) == secret


async def test_a_token_endpoint_that_says_a_little_now_and_then_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc_client, "SECONDS", 0.05)
    client = OidcClient(LoginSettings(), "http://127.0.0.1/callback")

    async def drip(_transport: AsyncHTTPTransport, _request: Request) -> Response:
        await asyncio.Event().wait()
        return Response(HTTPStatus.OK)

    monkeypatch.setattr(AsyncHTTPTransport, "handle_async_request", drip)
    with pytest.raises(Unavailable, match="gives no good answer"):
        await client.id_token("http://127.0.0.1/token", code="c", verifier="v")


def test_the_issuers_addresses_are_asked_for_again_after_a_while(
    visitor: TestClient, changing_issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(provider, "time", SimpleNamespace(monotonic=clock))
    begin(visitor)
    begin(visitor)
    assert changing_issuer.asked[DISCOVERY[1]] == 1

    clock.now += provider.FRESH_SECONDS + 1
    begin(visitor)
    begin(visitor)
    assert changing_issuer.asked[DISCOVERY[1]] == 2

    clock.now += provider.FRESH_SECONDS + 1
    changing_issuer.provider.endpoints.clear()
    assert [visitor.get("/login").status_code for _ in range(2)] == [503, 503]


@pytest.mark.parametrize("place", ["/end_session", "/end_session?tenant=a"])
def test_signing_out_at_the_issuer_keeps_what_its_address_says(
    visitor: TestClient, changing_issuer: LocalIssuer, place: str
) -> None:
    changing(changing_issuer, end_session_endpoint=f"{changing_issuer.url}{place}")

    answer = visitor.post("/logout", headers=sign_in(visitor))

    parts = urlsplit(str(document(answer)["next"]))
    assert parts.path == "/end_session"
    assert parse_qs(parts.query).keys() == {"client_id", "post_logout_redirect_uri", *parse_qs(urlsplit(place).query)}


def test_a_key_that_is_for_another_algorithm_is_of_no_use(visitor: TestClient, changing_issuer: LocalIssuer) -> None:
    key = {**changing_issuer.provider.key.as_dict(private=False), "alg": "RS512"}
    changing_issuer.provider.endpoints[JWKS] = lambda _provider, _asked: Answer.json({"keys": [key]})

    assert come_back(visitor, at_issuer(begin(visitor))).status_code == HTTPStatus.BAD_REQUEST

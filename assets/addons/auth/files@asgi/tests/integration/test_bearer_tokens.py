"""Attacks on bearer tokens, through the application as it runs and over the keys that the issuer publishes."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
import pytest
from local_issuer.provider import Provider
from local_issuer.server import LocalIssuer
from msgspec import structs
from starlette.testclient import TestClient
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import OidcSettings, Settings, TokenSettings
from {{ package }}.infrastructure.identity.tokens import LEEWAY_SECONDS
from {{ package }}.infrastructure.identity.url import IssuerUrl
from tests.fixtures import forged
from tests.fixtures.bearer import bearing
from tests.fixtures.forged import AUDIENCE, Forge, headed, saying, shifted

URL = "/{{ slug }}"
READ = "{{ slug }}:read"
PAUSE = "{{ package }}.infrastructure.identity.key_cache.PAUSE_SECONDS"
HOUR = 3600

FORGERIES: dict[str, Forge] = {
    "unsigned": forged.unsigned,
    "unsigned, with a signature": forged.unsigned_with_a_signature,
    "the public key as a secret": forged.with_the_public_key_as_secret,
    "another padding than the key is for": forged.with_another_padding,
    "the key of a stranger": forged.with_key_of_a_stranger,
    "a key that it brings along": forged.bringing_its_key,
    "other claims than were signed": forged.with_other_claims_than_were_signed,
    "half a signature": forged.with_half_a_signature,
    "an algorithm that the key is not for": headed(alg="ES256"),
    "an algorithm that nobody knows": headed(alg="rs256"),
    "no algorithm": headed(alg=None),
    "no key id": headed(kid=None),
    "an empty key id": headed(kid=""),
    "a key id that is no text": headed(kid=["a"]),
    "a critical extension": headed(crit=["exp"], exp=1),
    "an empty list of critical extensions": headed(crit=[]),
    "claims that are not encoded": headed(b64=False, crit=["b64"]),
    "an address for its key": headed(jku="https://evil.example/jwks", kid=None),
    "a header that is too large": headed(pad="x" * 600),
    "claims that are too large": saying(pad="x" * 200_000),
    "claims that are nested without end": forged.nested,
    "another issuer": saying(iss="https://evil.example"),
    "an issuer that only begins the same": saying(iss="http://127.0.0.1"),
    "no issuer": saying(iss=None),
    "another audience": saying(aud="another.service"),
    "an audience that only begins the same": saying(aud=f"{AUDIENCE}.evil.example"),
    "other audiences": saying(aud=["one", "two"]),
    "no audience": saying(aud=None),
    "an end in the past": shifted("exp", -LEEWAY_SECONDS - 2),
    "an end that is no number": saying(exp="never"),
    "no end": saying(exp=None),
    "a beginning in the future": shifted("nbf", LEEWAY_SECONDS + HOUR),
    "a birth in the future": shifted("iat", LEEWAY_SECONDS + HOUR),
    "no subject": saying(sub=None),
    "an empty subject": saying(sub=""),
    "a subject that is no text": saying(sub=["mallory"]),
    "an ID token": lambda provider: _id_token(provider, nonce="n"),
    "an ID token of the hybrid flow": lambda provider: _id_token(provider, at_hash="h"),
    "an ID token without a mark": lambda provider: _id_token(provider, scope=None, roles=[READ]),
    "an ID token that names its client": lambda provider: _id_token(provider, scope=None, roles=[READ], azp=AUDIENCE),
    "an ID token of Keycloak": saying(typ="ID"),
    "a refresh token of Keycloak": saying(typ="Refresh"),
    "an ID token of Cognito": saying(token_use="id"),  # noqa: S106 - a kind of token
    "a token of logging out": headed(typ="logout+jwt"),
    "a token that wants a proof of its key": saying(cnf={"jkt": "thumb"}),
}


def _id_token(provider: Provider, **claims: object) -> str:
    return provider.sign(forged.good(provider, **claims), typ="JWT")


def header(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_token_with_one_thing_wrong_lets_nobody_in(client: TestClient, issuer: LocalIssuer, forge: Forge) -> None:
    answer = client.get(URL, headers=header(forge(issuer.provider)))

    assert answer.status_code == HTTPStatus.UNAUTHORIZED, answer.text
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "given",
    [
        "Bearer",
        "Bearer ",
        "Bearer a",
        "Bearer a.b",
        "Bearer ..",
        "Bearer a.b.c.d.e",
        "Bearer \xe9.b.c",
        "Bearer a b.c.d",
    ],
)
def test_what_is_no_token_at_all_lets_nobody_in(client: TestClient, given: str) -> None:
    answer = client.get(URL, headers=[(b"Authorization", given.encode("latin-1"))])

    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("value", ["", "Basic dXNlcjpwYXNz", "Digest x"])
def test_another_scheme_is_none_of_ours(client: TestClient, value: str) -> None:
    answer = client.get(URL, headers={"Authorization": value})

    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert "error" not in answer.headers["www-authenticate"]


def test_two_tokens_are_none(client: TestClient, credentials: dict[str, str]) -> None:
    twice = [("Authorization", value) for value in (*credentials.values(), *credentials.values())]

    assert client.get(URL, headers=twice).status_code == HTTPStatus.UNAUTHORIZED


def test_a_token_in_the_query_is_not_looked_at(settings: Settings, credentials: dict[str, str]) -> None:
    token = credentials["Authorization"].removeprefix("Bearer ")

    with TestClient(build_application(settings)) as stranger:
        assert stranger.get(URL, params={"access_token": token}).status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    "forge",
    [
        saying(aud=["another.service", AUDIENCE]),
        shifted("exp", -LEEWAY_SECONDS + 5),
        shifted("nbf", LEEWAY_SECONDS - 5),
        headed(typ="application/at+jwt"),
        headed(typ="JWT"),
        headed(typ=None),
        saying(typ="Bearer"),
        saying(token_use="access"),  # noqa: S106 - a kind of token
        headed(x5t="a certificate that nobody asked for"),
    ],
    ids=["audiences", "just over", "just about", "RFC 9068", "Auth0", "no typ", "Keycloak", "Cognito", "Entra ID"],
)
def test_what_the_issuers_that_there_are_give_is_taken(client: TestClient, issuer: LocalIssuer, forge: Forge) -> None:
    assert client.get(URL, headers=header(forge(issuer.provider))).status_code == HTTPStatus.OK


@pytest.mark.parametrize("mark", ["client_id", "cid", "appid", "azp"])
def test_a_token_without_a_scope_that_names_its_client_is_taken(
    settings: Settings, issuer: LocalIssuer, mark: str
) -> None:
    token = _id_token(issuer.provider, scope=None, roles=[READ], **{mark: "some.client"})
    with TestClient(build_application(structs.replace(settings, tokens=TokenSettings(roles_claim="roles")))) as client:
        assert client.get(URL, headers=header(token)).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    "forge",
    [
        saying(scope=READ),
        saying(scope=f"openid {READ} email"),
        saying(scope=None, scp=[READ]),
        saying(scope=None, scp=READ),
        saying(scope=None, realm_access={"roles": ["other", READ]}),
    ],
    ids=["scope", "many", "a list", "scp", "roles"],
)
def test_a_permission_is_found_wherever_the_issuer_writes_it(
    settings: Settings, issuer: LocalIssuer, forge: Forge
) -> None:
    tokens = TokenSettings(roles_claim="realm_access.roles")
    with TestClient(build_application(structs.replace(settings, tokens=tokens))) as client:
        assert client.get(URL, headers=header(forge(issuer.provider))).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    "forge",
    [
        saying(scope=""),
        saying(scope=None),
        saying(scope=f"{READ}er"),
        saying(scope=READ.upper()),
        saying(scope={READ: 1}),
    ],
    ids=["empty", "none", "longer", "upper", "no text"],
)
def test_who_is_known_but_may_not_is_told_what_is_missing(client: TestClient, issuer: LocalIssuer, forge: Forge) -> None:
    answer = client.get(URL, headers=header(forge(issuer.provider)))

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert f'error="insufficient_scope", scope="{READ}"' in answer.headers["www-authenticate"]


def test_who_may_read_may_not_write(client: TestClient, issuer: LocalIssuer) -> None:
    assert client.post(URL, json={}, headers=bearing(issuer, READ)).status_code == HTTPStatus.FORBIDDEN


def test_a_roles_claim_permits_nothing_unless_it_is_configured(client: TestClient, issuer: LocalIssuer) -> None:
    token = saying(scope=None, roles=[READ])(issuer.provider)

    assert client.get(URL, headers=header(token)).status_code == HTTPStatus.FORBIDDEN


def test_a_token_that_is_refused_is_not_written_anywhere(
    client: TestClient, issuer: LocalIssuer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = saying(aud="another.service", sub="mallory@example.org")(issuer.provider)
    answer = client.get(URL, headers=header(token))

    written = str([vars(record) for record in caplog.records]) + answer.text + answer.headers["www-authenticate"]
    assert "/{{ slug }}" in written
    assert [part for part in (*token.split("."), "mallory") if part in written] == []


def test_what_is_read_with_a_token_is_not_stored(client: TestClient, issuer: LocalIssuer) -> None:
    assert client.get(URL, headers=bearing(issuer, READ)).headers["cache-control"] == "no-store"
    assert "cache-control" not in TestClient(client.app).get("/healthz").headers


@pytest.fixture
def changing(settings: Settings, changing_issuer: LocalIssuer) -> Iterator[TestClient]:
    oidc = OidcSettings(issuer=IssuerUrl.parse(changing_issuer.url))
    with TestClient(build_application(structs.replace(settings, oidc=oidc))) as running:
        yield running


def test_with_an_unknown_key_nothing_can_be_told_until_the_issuer_may_be_asked_again(
    changing: TestClient, changing_issuer: LocalIssuer
) -> None:
    assert changing.get(URL, headers=bearing(changing_issuer, READ)).status_code == HTTPStatus.OK

    answers = [
        changing.get(URL, headers=header(headed(kid=f"unknown-{number}")(changing_issuer.provider)))
        for number in range(50)
    ]

    assert {answer.status_code for answer in answers} == {HTTPStatus.SERVICE_UNAVAILABLE}
    assert all(answer.headers["retry-after"] for answer in answers)
    assert changing_issuer.asked["/jwks"] == 1
    assert changing.get(URL, headers=bearing(changing_issuer, READ)).status_code == HTTPStatus.OK


def test_a_key_that_the_issuer_has_given_up_is_good_no_more(
    changing: TestClient, changing_issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PAUSE, 0.0)
    old = bearing(changing_issuer, READ)
    assert changing.get(URL, headers=old).status_code == HTTPStatus.OK

    changing_issuer.provider.rotate()

    assert changing.get(URL, headers=bearing(changing_issuer, READ)).status_code == HTTPStatus.OK
    assert changing.get(URL, headers=old).status_code == HTTPStatus.UNAUTHORIZED


def test_a_service_that_starts_before_its_issuer_mends_by_itself(
    changing: TestClient, changing_issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PAUSE, 0.0)
    changing_issuer.__exit__()
    asked = bearing(changing_issuer, READ)

    assert changing.get(URL, headers=asked).status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert changing.get("/readyz").status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert changing.get("/healthz").status_code == HTTPStatus.OK

    with changing_issuer:
        assert changing.get(URL, headers=asked).status_code == HTTPStatus.OK
        assert changing.get("/readyz").status_code == HTTPStatus.OK


def test_a_bad_token_is_refused_before_the_body_is_read(client: TestClient, issuer: LocalIssuer) -> None:
    def body() -> Iterator[bytes]:
        yield b"{"
        pytest.fail("more of the body was asked for")

    late = header(shifted("exp", -HOUR)(issuer.provider))

    refused = client.post(URL, content=body(), headers=late)

    assert refused.status_code == HTTPStatus.UNAUTHORIZED
    assert 'error_description="The token has expired."' in refused.headers["www-authenticate"]

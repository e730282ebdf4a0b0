"""An ID token is believed when everything in it is right, and an issuer that cannot be asked is an outage."""

import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http import HTTPStatus
import pytest
from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
import msgspec
from msgspec.structs import replace
from starlette.testclient import TestClient
from {{ package }}.infrastructure.config import OidcSettings, Settings
from {{ package }}.infrastructure.identity.url import IssuerUrl
from {{ package }}.infrastructure.login.id_tokens import LEEWAY_SECONDS, roles
from local_issuer.provider import Answer
from local_issuer.server import LocalIssuer
from tests.fixtures.bad_issuer import Claims, answering, signing
from tests.fixtures.wire import document
from tests.fixtures.sign_in import at_issuer, begin, come_back, open_browser

CLIENT = "{{ name }}.local"
NOW = int(time.time())


def encoded(part: bytes) -> bytes:
    return urlsafe_b64encode(part).rstrip(b"=")


PARTS = (b'{"alg": "RS256", "kid": "a"}', b'{"a":' * 20_000, b"x")
NESTED = ".".join(encoded(part).decode() for part in PARTS)


@pytest.fixture(scope="module")
def running_issuer() -> Iterator[LocalIssuer]:
    """Run one for all these tests: its key takes longer than any of them."""
    with LocalIssuer() as running:
        yield running


@pytest.fixture
def changing_issuer(running_issuer: LocalIssuer) -> Iterator[LocalIssuer]:
    """Have each test meet it unchanged."""
    provider = running_issuer.provider
    grants, endpoints = {**provider.grants}, {**provider.endpoints}
    running_issuer.asked.clear()
    yield running_issuer
    provider.grants, provider.endpoints = grants, endpoints


@pytest.fixture
def visitor(settings: Settings, changing_issuer: LocalIssuer) -> Iterator[TestClient]:
    """Open a browser whose issuer may be changed."""
    oidc = OidcSettings(issuer=IssuerUrl.parse(changing_issuer.url))
    with open_browser(replace(settings, oidc=oidc)) as running:
        yield running


def arrival(visitor: TestClient) -> Response:
    """Come back from the issuer."""
    return come_back(visitor, at_issuer(begin(visitor)))


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"exp": NOW - LEEWAY_SECONDS - 5},
        {"exp": "tomorrow"},
        {"nbf": NOW + 3600},
        {"iat": NOW + 3600},
        {"nonce": "another"},
        {"nonce": ""},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a" * 256},
        {"typ": "Bearer"},
        {"token_use": "access"},
        *({name: None} for name in ("iss", "aud", "exp", "iat", "nonce", "sub")),
    ],
)
def test_an_id_token_with_anything_wrong_signs_nobody_in(
    visitor: TestClient, changing_issuer: LocalIssuer, change: Claims
) -> None:
    signing(changing_issuer, change)

    response = arrival(visitor)

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "cannot be believed" in str(document(response)["detail"])
    assert visitor.get("/me").status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "another"], "azp": CLIENT},
        {"iat": NOW + LEEWAY_SECONDS},
        {"typ": "ID"},
    ],
)
def test_an_id_token_that_is_right_signs_its_subject_in(
    visitor: TestClient, changing_issuer: LocalIssuer, change: Claims
) -> None:
    signing(changing_issuer, change)

    assert arrival(visitor).status_code == HTTPStatus.SEE_OTHER
    assert document(visitor.get("/me"))["subject"] == "alice"


@pytest.mark.parametrize("header", [{"typ": "at+jwt"}, {"typ": "logout+jwt"}, {"kid": "unknown"}])
def test_a_token_of_another_kind_or_key_is_no_id_token(
    visitor: TestClient, changing_issuer: LocalIssuer, header: dict[str, str]
) -> None:
    signing(changing_issuer, {}, **header)

    assert arrival(visitor).status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE}
    assert visitor.get("/me").status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, HTTPStatus.SEE_OTHER),
        ({"crit": ["exp"], "exp": 1}, HTTPStatus.BAD_REQUEST),
        ({"crit": ["b64"], "b64": False}, HTTPStatus.BAD_REQUEST),
    ],
)
def test_a_header_that_wants_more_than_a_check_of_the_signature_is_refused(
    visitor: TestClient, changing_issuer: LocalIssuer, more: Claims, status: int
) -> None:
    provider = changing_issuer.provider
    place = begin(visitor)
    nonce = place.partition("nonce=")[2].partition("&")[0]
    header = {"alg": "RS256", "kid": provider.key.kid, **more}
    claims = provider.claims("alice", CLIENT, nonce=nonce)
    content = b".".join(encoded(msgspec.json.encode(part)) for part in (header, claims))
    signature = encoded(JWSRegistry.algorithms["RS256"].sign(content, provider.key))
    back = at_issuer(place)
    answering(changing_issuer, Answer.json({"id_token": f"{content.decode()}.{signature.decode()}"}))

    assert come_back(visitor, back).status_code == status


@pytest.mark.parametrize("algorithm", ["RS256", "HS256", "none"])
def test_a_token_that_somebody_else_signed_is_refused(
    visitor: TestClient, changing_issuer: LocalIssuer, algorithm: str
) -> None:
    provider = changing_issuer.provider
    place = begin(visitor)
    nonce = place.partition("nonce=")[2].partition("&")[0]
    claims: Claims = provider.claims("mallory", CLIENT, nonce=nonce, roles=[])
    header = {"alg": algorithm, "kid": str(provider.key.kid)}
    content = b".".join(encoded(msgspec.json.encode(part)) for part in (header, claims))
    mac = encoded(hmac.digest(provider.key.as_pem(private=False), content, "sha256"))
    foreign = jwt.encode({**header, "alg": "RS256"}, claims, RSAKey.generate_key(2048))
    signed = {"RS256": foreign, "HS256": (content + b"." + mac).decode(), "none": f"{content.decode()}."}
    forged = signed[algorithm]
    back = at_issuer(place)
    answering(changing_issuer, Answer.json({"id_token": forged, "access_token": "a", "token_type": "Bearer"}))

    assert come_back(visitor, back).status_code == HTTPStatus.BAD_REQUEST
    assert visitor.get("/me").status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"", HTTPStatus.INTERNAL_SERVER_ERROR),
        Answer(b"", HTTPStatus.FOUND, {"Location": "/jwks"}),
        Answer(b"<html>"),
        Answer(b"[]"),
        Answer(b"{}"),
        Answer(b'{"id_token": 7, "access_token": "a"}'),
        Answer(b"[" * 100_000),
        Answer(b'{"id_token": "' + b"a" * 300_000 + b'"}'),
        Answer(b"\x1f\x8b", HTTPStatus.OK, {"Content-Encoding": "gzip"}),
        Answer.error("invalid_client", HTTPStatus.UNAUTHORIZED),
    ],
)
def test_a_token_endpoint_without_a_good_answer_is_an_outage(
    visitor: TestClient, changing_issuer: LocalIssuer, answer: Answer
) -> None:
    answering(changing_issuer, answer)

    response = arrival(visitor)

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(response.headers["retry-after"])
    assert visitor.get("/me").status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "a" * 70_000, "é.é.é", NESTED])
def test_what_is_no_token_is_refused(visitor: TestClient, changing_issuer: LocalIssuer, token: str) -> None:
    answering(changing_issuer, Answer.json({"id_token": token, "access_token": "a"}))

    assert arrival(visitor).status_code == HTTPStatus.BAD_REQUEST


def test_an_issuer_that_is_away_is_an_outage_that_ends_nobodys_session(
    visitor: TestClient, changing_issuer: LocalIssuer
) -> None:
    assert arrival(visitor).status_code == HTTPStatus.SEE_OTHER
    back = at_issuer(begin(visitor))
    changing_issuer.__exit__()

    response = come_back(visitor, back)
    changing_issuer.__enter__()

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.headers["retry-after"]
    assert visitor.get("/me").status_code == HTTPStatus.OK


def test_an_issuer_that_was_never_there_signs_nobody_in_and_is_not_asked_by_each(
    visitor: TestClient, changing_issuer: LocalIssuer
) -> None:
    changing_issuer.provider.endpoints.clear()

    statuses = {visitor.get("/login").status_code for _ in range(10)}

    assert statuses == {HTTPStatus.SERVICE_UNAVAILABLE}
    assert changing_issuer.asked["/.well-known/openid-configuration"] == 1


def test_the_verifier_has_to_fit_the_challenge(visitor: TestClient) -> None:
    back = at_issuer(begin(visitor).replace("code_challenge=", "code_challenge=x"))

    assert come_back(visitor, back).status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    ("claims", "path", "expected"),
    [
        ({"roles": ["a", "b", 7]}, "roles", {"a", "b"}),
        ({"roles": "a b"}, "roles", {"a", "b"}),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"https://a.example/roles": ["a"]}, "https://a.example/roles", {"a"}),
        ({"roles": {"a": True}}, "roles", set[str]()),
        ({"roles": ["a"]}, "", set[str]()),
        ({"scope": "a"}, "roles", set[str]()),
    ],
)
def test_roles_are_found_where_issuers_write_them(claims: Claims, path: str, expected: set[str]) -> None:
    assert roles(claims, path) == expected

"""An ID token signs its subject in if everything in it is right. Any other answer of the issuer does not."""

import time
from collections.abc import Callable
from base64 import b64decode
from functools import partial
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import pytest
from httpx2 import Response
from joserfc.jwk import RSAKey
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.responses import Response as Answer
{{ partial("client_import") }}
from starlette.routing import request_response
from starlette.types import Receive, Scope, Send

from {{ package }}.infrastructure.config import LoginSettings, Settings, load_settings
from {{ package }}.infrastructure.identity.issuer import PAUSE_SECONDS
from {{ package }}.infrastructure.identity.jwt import LEEWAY_SECONDS, words_in
from {{ package }}.infrastructure.login import oidc_client
from {{ package }}.infrastructure.secret import Secret
from local_issuer.issuer import LocalIssuer
from tests.fixtures.issuer import ChangingIssuer, oidc_settings, signed
from tests.fixtures.sign_in import at_issuer, begin, come_back, open_browser, question, sign_in
from tests.fixtures.wire import document

type Claims = dict[str, object]
type Forge = Callable[[LocalIssuer, Claims], str]

CLIENT = "{{ name }}.local"
DISCOVERY = "/.well-known/openid-configuration"
NOW = int(time.time())
STRANGER = RSAKey.generate_key(2048)


def arrive(visitor: TestClient) -> Response:
    """Come back from the issuer with a code."""
    return come_back(visitor, at_issuer(begin(visitor)))


def arrive_with(visitor: TestClient, issuer: ChangingIssuer, forge: Forge) -> Response:
    """Come back, and have the code answered with what is forged from the claims of a good ID token."""
    url = begin(visitor)
    token = forge(issuer, issuer.claims("alice", CLIENT, nonce=question(url)["nonce"]))
    issuer.answers["/token"] = JSONResponse({"id_token": token, "access_token": "a", "token_type": "Bearer"})
    return come_back(visitor, at_issuer(url))


def changed(issuer: LocalIssuer, claims: Claims, **changes: object) -> str:
    return signed(issuer, {**claims, **changes})


@pytest.mark.parametrize(
    "forge",
    [
        {{ slot("login.forgeries") }}
        partial(changed, aud="another"),
        partial(changed, aud=[CLIENT, "another"]),
        partial(changed, aud=[CLIENT, "another"], azp="another"),
        partial(changed, azp="another"),
        partial(changed, exp=NOW - LEEWAY_SECONDS - 5),
        partial(changed, nonce="another"),
        partial(changed, typ="Bearer"),
        partial(changed, token_use="access"),  # noqa: S106 - a claim
        *(partial(changed, **{name: None}) for name in ("aud", "iat", "nonce")),
        partial(signed, key=STRANGER),
        partial(signed, header={"typ": "at+jwt"}),
    ],
)
def test_an_id_token_with_one_thing_wrong_signs_nobody_in(
    visitor: TestClient, changing_issuer: ChangingIssuer, forge: Forge
) -> None:
    response = arrive_with(visitor, changing_issuer, forge)

    assert response.status_code == 400
    assert "The sign-in failed" in str(document(response)["detail"])
    assert visitor.get("/me").status_code == 401


@pytest.mark.parametrize(
    "forge",
    [
        partial(changed, aud=[CLIENT]),
        partial(changed, aud=[CLIENT, "another"], azp=CLIENT),
        partial(changed, typ="ID"),
        partial(changed, token_use="id"),  # noqa: S106 - a claim
    ],
)
def test_an_id_token_that_is_right_signs_its_subject_in(
    visitor: TestClient, changing_issuer: ChangingIssuer, forge: Forge
) -> None:
    assert arrive_with(visitor, changing_issuer, forge).status_code == 303
    assert document(visitor.get("/me"))["subject"] == "alice"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status_code=500),
        RedirectResponse("/jwks", 302),
        Answer(b"<html>"),
        Answer(b"{}"),
        Answer(b'{"id_token": "' + b"a" * 300_000 + b'"}'),
        JSONResponse({"error": "invalid_client"}, 401),
    ],
)
def test_a_token_endpoint_without_a_good_answer_is_an_outage(
    visitor: TestClient, changing_issuer: ChangingIssuer, answer: Answer
) -> None:
    changing_issuer.answers["/token"] = answer

    response = arrive(visitor)

    assert response.status_code == 503
    assert int(response.headers["retry-after"])
    assert visitor.get("/me").status_code == 401


@pytest.mark.parametrize("token", ["", "a.b.c", "a" * 70_000, "é.é.é"])
def test_what_is_no_token_signs_nobody_in(visitor: TestClient, changing_issuer: ChangingIssuer, token: str) -> None:
    changing_issuer.answers["/token"] = JSONResponse({"id_token": token, "access_token": "a"})

    assert arrive(visitor).status_code == 400


def sent_to_the_token_endpoint(issuer: ChangingIssuer) -> dict[str, str]:
    """Have every code refused. Return the headers and the form of the request, once it was sent."""
    sent: dict[str, str] = {}

    async def refuse(request: Request) -> Answer:
        sent.update({**request.headers, **dict(parse_qsl((await request.body()).decode()))})
        return JSONResponse({"error": "invalid_grant"}, 400)

    issuer.answers["/token"] = request_response(refuse)
    return sent


def test_an_issuer_that_is_down_ends_no_session(visitor: TestClient, changing_issuer: ChangingIssuer) -> None:
    sign_in(visitor)
    answer = at_issuer(begin(visitor))
    changing_issuer.stop()

    assert come_back(visitor, answer).status_code == 503
    assert visitor.get("/me").status_code == 200


def test_without_the_issuer_at_start_there_is_no_sign_in(visitor: TestClient, changing_issuer: ChangingIssuer) -> None:
    changing_issuer.answers[DISCOVERY] = Answer(status_code=500)

    responses = [visitor.get("/login") for _ in range(10)]

    assert {(response.status_code, response.headers["retry-after"]) for response in responses} == {
        (503, str(int(PAUSE_SECONDS)))
    }
    assert changing_issuer.requests.count(DISCOVERY) == 1


def test_a_token_endpoint_that_never_answers_is_given_up(
    visitor: TestClient, changing_issuer: ChangingIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    monkeypatch.setattr(oidc_client, "TIMEOUT_SECONDS", 0.1)
    changing_issuer.answers["/token"] = silent

    assert arrive(visitor).status_code == 503


{{ slot("login.test_marks") }}
@pytest.mark.parametrize("secret", ["only-letters-and-dashes", "a+b % c:ü/日本"])
def test_the_client_secret_is_form_encoded({{ slot("login.test_parameters") }} changing_issuer: ChangingIssuer, secret: str) -> None:
    login = LoginSettings(client_id="a:b+c", client_secret=Secret.parse(secret))
    sent, oidc = sent_to_the_token_endpoint(changing_issuer), oidc_settings(changing_issuer.url)
    with open_browser(replace({{ slot("login.test_settings", "settings") }}, login=login, oidc=oidc)) as browser:
        url = begin(browser)
        assert question(url)["client_id"] == "a:b+c"
        assert come_back(browser, at_issuer(url)).status_code == 400

    basic = b64decode(sent["authorization"].removeprefix("Basic ")).decode("ascii")
    client_id, _, client_secret = basic.partition(":")
    assert parse_qs(f"id={client_id}&secret={client_secret}") == {"id": ["a:b+c"], "secret": [secret]}
    assert "client_secret" not in sent


def test_a_client_without_a_secret_names_itself(visitor: TestClient, changing_issuer: ChangingIssuer) -> None:
    sent = sent_to_the_token_endpoint(changing_issuer)

    assert arrive(visitor).status_code == 400
    assert sent["client_id"] == CLIENT
    assert "authorization" not in sent


@pytest.mark.parametrize("path", ["/end_session", "/end_session?tenant=a"])
def test_the_logout_url_keeps_its_own_parameters(
    visitor: TestClient, changing_issuer: ChangingIssuer, path: str
) -> None:
    discovery = document(httpx2.get(f"{changing_issuer.url}{DISCOVERY}", trust_env=False))
    changing_issuer.answers[DISCOVERY] = JSONResponse({**discovery, "end_session_endpoint": changing_issuer.url + path})

    place = urlsplit(str(document(visitor.post("/logout", headers=sign_in(visitor)))["next"]))

    assert place.path == "/end_session"
    own = parse_qs(urlsplit(path).query)
    assert parse_qs(place.query).keys() == {"client_id", "post_logout_redirect_uri", *own}


{{ slot("login.test_marks") }}
def test_proxy_variables_are_not_used({{ slot("login.test_parameters") }} monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")

    with open_browser({{ slot("login.test_settings", "settings") }}) as browser:
        sign_in(browser)


@pytest.mark.parametrize(
    ("claims", "name", "expected"),
    [
        ({"roles": ["a", "b", 7]}, "roles", {"a", "b"}),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"https://a.example/roles": ["a"]}, "https://a.example/roles", {"a"}),
        ({"roles": {"a": True}}, "roles", set[str]()),
    ],
)
def test_roles_are_found_where_issuers_write_them(claims: Claims, name: str, expected: set[str]) -> None:
    assert words_in(claims, name) == expected

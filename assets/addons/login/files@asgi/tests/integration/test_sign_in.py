"""A person signs in at the local issuer and out again, through the whole application."""

import time
from http import HTTPStatus
from unittest.mock import patch
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from {{ package }}.api.cookies import MOST_ATTEMPTS
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.principal import Principal
from {{ package }}.infrastructure.login.provider import OidcProvider
from {{ package }}.infrastructure.config import Settings
from {{ package }}.infrastructure.login.cookie_sessions import CookieSessions, new_session
from local_issuer.server import LocalIssuer
from tests.fixtures.wire import document
from tests.fixtures.{{ noun }}_json import SENT
from tests.fixtures.sign_in import READ, WRITE, at_issuer, begin, come_back, open_browser, sign_in

URL = "/{{ slug }}"
SESSION = "{{ name }}-session"


def set_cookies(response: Response) -> list[str]:
    return response.headers.get_list("set-cookie")


def test_who_signs_in_is_known_and_may_what_the_issuer_says(browser: TestClient) -> None:
    write = sign_in(browser, "alice", f"{READ} {WRITE}")

    me = browser.get("/me")
    assert document(me) == {"subject": "alice", "permissions": [READ, WRITE], "csrf_token": write["X-CSRF-Token"]}
    assert me.headers["cache-control"] == "no-store"
    read = browser.get(URL)
    assert (read.status_code, read.headers["cache-control"]) == (HTTPStatus.OK, "no-store")
    assert browser.post(URL, json=SENT, headers=write).status_code == HTTPStatus.CREATED


def test_who_has_no_such_role_may_not(browser: TestClient) -> None:
    write = sign_in(browser, "bob", READ)

    assert browser.get(URL).status_code == HTTPStatus.OK
    assert browser.post(URL, json=SENT, headers=write).status_code == HTTPStatus.FORBIDDEN


def test_the_issuer_is_asked_with_state_nonce_and_challenge(browser: TestClient) -> None:
    asked = [parse_qs(urlsplit(begin(browser)).query) for _ in range(2)]

    for question in asked:
        assert question["response_type"] == ["code"]
        assert question["code_challenge_method"] == ["S256"]
        assert question["scope"] == ["openid"]
        assert question["redirect_uri"] == ["http://127.0.0.1:8000/callback"]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


def test_the_browser_goes_where_it_wanted_to_and_nowhere_else(browser: TestClient) -> None:
    wanted = come_back(browser, at_issuer(begin(browser, f"{URL}?limit=1")))
    elsewhere = come_back(browser, at_issuer(begin(browser, "//evil.example")))

    assert wanted.headers["location"] == f"{URL}?limit=1"
    assert elsewhere.headers["location"] == "/me"
    assert wanted.headers["cache-control"] == "no-store"


def test_cookies_are_the_browsers_alone(browser: TestClient) -> None:
    begun = browser.get("/login")
    ended = come_back(browser, at_issuer(begun.headers["location"]))

    assert "Max-Age=600" in set_cookies(begun)[0]
    for cookie in (*set_cookies(begun), *set_cookies(ended)):
        for attribute in ("HttpOnly", "SameSite=lax", "Path=/"):
            assert attribute in cookie
        assert "Domain" not in cookie
        assert len(cookie) < 4096


def test_several_tabs_may_sign_in_at_once(browser: TestClient) -> None:
    first, second = begin(browser, "/me?tab=1"), begin(browser, "/me?tab=2")

    places = [come_back(browser, at_issuer(place)).headers["location"] for place in (second, first)]

    assert places == ["/me?tab=2", "/me?tab=1"]


def test_tabs_that_never_come_back_do_not_fill_the_headers(browser: TestClient) -> None:
    last = [begin(browser) for _ in range(MOST_ATTEMPTS * 3)][-1]

    assert len(browser.cookies) == MOST_ATTEMPTS
    assert come_back(browser, at_issuer(last)).status_code == HTTPStatus.SEE_OTHER


def test_an_attempt_ends_once(browser: TestClient) -> None:
    place = at_issuer(begin(browser))

    assert come_back(browser, place).status_code == HTTPStatus.SEE_OTHER
    assert list(browser.cookies) == [SESSION]
    assert come_back(browser, place).status_code == HTTPStatus.BAD_REQUEST


def test_an_answer_that_says_something_twice_signs_nobody_in(browser: TestClient) -> None:
    place = at_issuer(begin(browser))

    once_more = urlsplit(place).query.partition("&")[0]
    assert come_back(browser, f"{place}&{once_more}").status_code == HTTPStatus.BAD_REQUEST
    assert SESSION not in browser.cookies


def test_an_answer_of_another_issuer_signs_nobody_in(browser: TestClient, issuer: LocalIssuer) -> None:
    place = at_issuer(begin(browser))
    assert quote(issuer.url, safe="") in place

    response = come_back(browser, place.replace(quote(issuer.url, safe=""), "https%3A%2F%2Fevil.example"))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "Another issuer" in response.text
    assert SESSION not in browser.cookies


def test_a_code_is_of_use_once_even_to_a_browser_that_kept_its_cookies(browser: TestClient) -> None:
    place = at_issuer(begin(browser))
    kept = dict(browser.cookies)
    assert come_back(browser, place).status_code == HTTPStatus.SEE_OTHER
    browser.cookies.update(kept)

    again = come_back(browser, place)

    assert again.status_code == HTTPStatus.BAD_REQUEST
    assert "does not take the code" in again.text


def test_another_browser_cannot_end_it(browser: TestClient, settings: Settings) -> None:
    place = at_issuer(begin(browser))

    with open_browser(settings) as other:
        begin(other)
        response = come_back(other, place)

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert SESSION not in response.headers.get("set-cookie", "")


def test_a_session_planted_before_is_not_the_one_after(browser: TestClient) -> None:
    first = sign_in(browser, "mallory")
    planted = browser.cookies[SESSION]
    second = sign_in(browser, "alice")

    assert browser.cookies[SESSION] != planted
    assert first != second
    assert document(browser.get("/me"))["subject"] == "alice"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("error=access_denied&error_description=<script>", 403),
        ("error=temporarily_unavailable", 503),
        ("error=invalid_scope", 400),
        ("error=<script>", 400),
        ("", 400),
        ("code=", 400),
        ("code=unknown", 400),
        ("code=1&code=2", 400),
        ("code=1&iss=https://evil.example", 400),
    ],
)
def test_what_the_issuer_says_instead_is_a_problem(browser: TestClient, query: str, status: int) -> None:
    state = parse_qs(urlsplit(begin(browser)).query)["state"][0]

    response = browser.get(f"/callback?{query}&state={state}")

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert "script" not in response.text
    assert response.headers["cache-control"] == "no-store"
    assert SESSION not in browser.cookies


@pytest.mark.parametrize("state", ["", "x", "a" * 43, "../" * 20, "%00", "a" * 5000])
def test_a_state_that_nobody_began_is_refused(browser: TestClient, state: str) -> None:
    begin(browser)

    assert browser.get(f"/callback?code=1&state={state}").status_code == HTTPStatus.BAD_REQUEST


def test_refusing_at_the_issuer_signs_nobody_in(browser: TestClient) -> None:
    response = come_back(browser, at_issuer(begin(browser), decision="refuse"))

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert browser.get("/me").status_code == HTTPStatus.UNAUTHORIZED


def test_signing_out_ends_here_and_leads_to_the_issuer(browser: TestClient, issuer: LocalIssuer) -> None:
    write = sign_in(browser)

    response = browser.post("/logout", headers=write)

    assert response.status_code == HTTPStatus.OK
    assert response.headers["cache-control"] == "no-store"
    assert str(document(response)["next"]).startswith(f"{issuer.url}/end_session?client_id=")
    assert SESSION not in browser.cookies
    assert browser.get("/me").status_code == HTTPStatus.UNAUTHORIZED
    assert browser.post("/logout", headers=write).status_code == HTTPStatus.UNAUTHORIZED


def test_signing_out_needs_no_issuer(browser: TestClient) -> None:
    write = sign_in(browser)

    with patch.object(OidcProvider, OidcProvider.logout_url.__name__, side_effect=Unavailable("identity provider")):
        response = browser.post("/logout", headers=write)

    assert document(response) == {"next": "/"}
    assert browser.get("/me").status_code == HTTPStatus.UNAUTHORIZED


def test_signing_out_needs_the_token_and_no_link_can_do_it(browser: TestClient) -> None:
    sign_in(browser)

    assert browser.post("/logout").status_code == HTTPStatus.FORBIDDEN
    assert browser.get("/logout").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert browser.get("/me").status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "guessed"},
        {"X-CSRF-Token": "é"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_write_that_another_site_may_have_brought_about_is_refused(
    browser: TestClient, headers: dict[str, str]
) -> None:
    write = sign_in(browser)
    sent = {name.encode(): value.encode() for name, value in {**write, **headers}.items()}

    response = browser.post(URL, json=SENT, headers=sent)

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert document(browser.get(URL))["items"] == []


def test_the_token_of_another_session_is_of_no_use(browser: TestClient, settings: Settings) -> None:
    with open_browser(settings) as other:
        foreign = sign_in(other, "mallory")
    sign_in(browser)

    assert browser.post(URL, json=SENT, headers=foreign).status_code == HTTPStatus.FORBIDDEN


def test_a_write_from_this_origin_passes(browser: TestClient) -> None:
    own = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    write = {**sign_in(browser), **own}

    assert browser.post(URL, json=SENT, headers=write).status_code == HTTPStatus.CREATED


def test_a_session_that_is_no_good_is_told_so(browser: TestClient) -> None:
    response = browser.get("/me", headers={"Cookie": f"{SESSION}=forged"})

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.headers["www-authenticate"].startswith("Session ")


@pytest.mark.parametrize(("path", "ago", "renewed"), [("/me", 3000, True), (URL, 3000, True), ("/me", 0, False)])
def test_a_session_that_was_not_seen_for_a_while_is_renewed(
    browser: TestClient, settings: Settings, path: str, ago: int, *, renewed: bool
) -> None:
    session = new_session(Principal("alice", frozenset({READ})), time.time() - ago)
    cookie = f"{SESSION}={CookieSessions(settings.session).show(session)}"

    response = browser.get(path, headers={"Cookie": cookie})

    assert response.status_code == HTTPStatus.OK
    assert any(kept.startswith(f"{SESSION}=") for kept in set_cookies(response)) is renewed

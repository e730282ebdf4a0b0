"""People sign in at the local issuer and out again, through the whole application."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from msgspec.structs import replace
from starlette.testclient import TestClient

from {{ package }}.api.routes.sign_in_pages import MAX_ATTEMPTS
from {{ package }}.infrastructure.config import PublicSettings, Settings
from {{ package }}.infrastructure.login.public_url import PublicUrl
from tests.fixtures.guarded import PATH, READ, WRITE
from tests.fixtures.issuer import ChangingIssuer
from tests.fixtures.sign_in import at_issuer, begin, come_back, open_browser, question, sign_in
from tests.fixtures.wire import document

SESSION = "{{ name }}-session"


def test_who_signs_in_has_the_roles_that_the_issuer_names(browser: TestClient) -> None:
    write = sign_in(browser, "alice", f"{READ} {WRITE}")
    me = browser.get("/me")

    assert document(me) == {"subject": "alice", "permissions": [READ, WRITE], "csrf_token": write["X-CSRF-Token"]}
    assert browser.get(PATH).status_code == 200
    assert browser.post(PATH, json={}, headers=write).status_code == 200
    write = sign_in(browser, "bob", READ)
    assert browser.get(PATH).status_code == 200
    assert browser.post(PATH, json={}, headers=write).status_code == 403


{{ partial("test_sign_in_and_back.py") }}


def test_cookies_are_only_for_this_browser_and_this_service(browser: TestClient) -> None:
    begun = browser.get("/login")
    ended = come_back(browser, at_issuer(begun.headers["location"]))
    cookies = [cookie for response in (begun, ended) for cookie in response.headers.get_list("set-cookie")]

    assert "Max-Age=600" in cookies[0]
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        assert len(cookie) < 4096


def test_behind_https_cookies_are_bound_to_the_host(settings: Settings) -> None:
    public = PublicSettings(public_url=PublicUrl.parse("https://service.example"))
    with open_browser(replace(settings, public=public)) as browser:
        cookie = browser.get("/login").headers["set-cookie"]

    assert cookie.startswith("__Host-{{ name }}-attempt-")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


{{ partial("test_sign_in_attempts.py") }}


def test_signing_out_ends_the_session_and_leads_to_the_issuer(browser: TestClient, settings: Settings) -> None:
    response = browser.post("/logout", headers=sign_in(browser))

    assert str(document(response)["next"]).startswith(f"{settings.oidc.issuer.text}/end_session?client_id=")
    assert SESSION not in browser.cookies
    assert browser.post("/logout").status_code == 401


def test_signing_out_needs_no_issuer(browser: TestClient, visitor: TestClient, changing_issuer: ChangingIssuer) -> None:
    headers = {**sign_in(browser), "Cookie": f"{SESSION}={browser.cookies[SESSION]}"}
    changing_issuer.stop()

    response = visitor.post("/logout", headers=headers)

    assert document(response) == {"next": "/"}


def test_no_link_can_sign_anybody_out(browser: TestClient) -> None:
    sign_in(browser)

    assert browser.post("/logout").status_code == 403
    assert browser.get("/logout").status_code == 405
    assert browser.get("/me").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": "guessed"},
        {"X-CSRF-Token": "é"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_write_that_another_site_may_have_caused_is_refused(browser: TestClient, headers: dict[str, str]) -> None:
    write = sign_in(browser)
    sent = {name.encode(): value.encode() for name, value in {**write, **headers}.items()}

    assert browser.post(PATH, json={}, headers=sent).status_code == 403


def test_a_write_from_this_origin_with_the_token_of_this_session_passes(
    browser: TestClient, settings: Settings
) -> None:
    own = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    with open_browser(settings) as other:
        foreign = sign_in(other, "mallory")

    assert browser.post(PATH, json={}, headers={**sign_in(browser), **own}).status_code == 200
    assert browser.post(PATH, json={}, headers={**foreign, **own}).status_code == 403


def test_a_cookie_that_is_no_session_is_401(browser: TestClient) -> None:
    response = browser.get("/me", headers={"Cookie": f"{SESSION}=forged"})

    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Session ")

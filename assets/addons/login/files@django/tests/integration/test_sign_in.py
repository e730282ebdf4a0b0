"""People sign in at the local issuer and out again, through the whole API."""

import time
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from msgspec.structs import replace

from {{ package }}.api.attempts import ATTEMPT_SECONDS, MAX_ATTEMPTS
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import PublicSettings, load_settings
from {{ package }}.infrastructure.login.public_url import PublicUrl
from tests.fixtures.client import TestClient
from tests.fixtures.guarded import PATH, READ, WRITE
from tests.fixtures.issuer import ChangingIssuer
from tests.fixtures.sign_in import at_issuer, begin, come_back, open_browser, question, sign_in
from tests.fixtures.wire import document

SESSION = "{{ name }}-session"


def test_who_signs_in_has_the_roles_that_the_issuer_names(browser: TestClient) -> None:
    write = sign_in(browser, "alice", f"{READ} {WRITE}")

    assert document(browser.get("/me")).items() >= {"subject": "alice", "permissions": [READ, WRITE]}.items()
    assert browser.get(PATH).status_code == 200
    assert browser.post(PATH, json={}, headers=write).status_code == 200
    write = sign_in(browser, "bob", READ)
    assert browser.get(PATH).status_code == 200
    assert browser.post(PATH, json={}, headers=write).status_code == 403


{{ partial("test_sign_in_and_back.py") }}


def test_cookies_are_only_for_this_browser_and_this_service(browser: TestClient) -> None:
    begun = browser.get("/login")
    ended = come_back(browser, at_issuer(begun.headers["location"]))
    kept = browser.get("/me")
    cookies = [cookie for one in (begun, ended, kept) for cookie in one.headers.get_list("set-cookie") if '=""' not in cookie]

    assert "Max-Age=600" in cookies[0]
    assert {cookie.partition("=")[0] for cookie in cookies[1:]} == {SESSION, "{{ name }}-csrf"}
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        assert len(cookie) < 4096


@override_settings(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_NAME=f"__Host-{SESSION}")
def test_behind_https_cookies_are_bound_to_the_host(browser: TestClient) -> None:
    cookie = browser.get("/login").headers["set-cookie"]

    assert cookie.startswith("__Host-{{ name }}-attempt-")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


{{ partial("test_sign_in_attempts.py") }}


def test_an_attempt_that_took_too_long_is_refused(browser: TestClient) -> None:
    answer = at_issuer(begin(browser))
    browser.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())

    with patch("django.core.signing.time.time", return_value=time.time() + ATTEMPT_SECONDS + 1):
        assert come_back(browser, answer).status_code == 400
    assert come_back(browser, answer).status_code == 303


def test_the_cookie_of_one_attempt_does_not_pass_for_another(
    visitor: TestClient, changing_issuer: ChangingIssuer
) -> None:
    first, second = begin(visitor), begin(visitor)
    names = [f"{{ name }}-attempt-{question(url)['state'][:16]}" for url in (first, second)]

    for value in (visitor.cookies[names[1]], "forged", visitor.cookies[names[0]][:-1]):
        visitor.cookies.set(names[0], value, domain="127.0.0.1")
        assert come_back(visitor, at_issuer(first)).status_code == 400
    assert changing_issuer.requests.count("/token") == 0


def test_a_session_that_was_set_before_is_replaced(browser: TestClient) -> None:
    sign_in(browser, "mallory")
    before = browser.cookies[SESSION]
    sign_in(browser, "alice")
    after = browser.cookies[SESSION]

    assert document(browser.get("/me"))["subject"] == "alice"
    sign_in(browser, "alice")
    assert len({before, after, browser.cookies[SESSION]}) == 3
    for ended in (before, after):
        assert browser.get("/me", headers={"Cookie": f"{SESSION}={ended}"}).status_code == 401


def test_signing_out_ends_every_copy_of_the_session_and_leads_to_the_issuer(browser: TestClient) -> None:
    write = sign_in(browser)
    copy = browser.cookies[SESSION]

    response = browser.post("/logout", headers=write)

    assert str(document(response)["next"]).startswith(f"{load_settings().oidc.issuer.text}/end_session?client_id=")
    assert SESSION not in browser.cookies
    assert browser.get("/me", headers={"Cookie": f"{SESSION}={copy}"}).status_code == 401
    assert browser.post("/logout").status_code == 401


def test_signing_out_needs_no_issuer(visitor: TestClient, changing_issuer: ChangingIssuer) -> None:
    write = sign_in(visitor)
    changing_issuer.stop()
    with patch("{{ package }}.infrastructure.identity.issuer.Issuer.published", side_effect=Unavailable("issuer", "down")):
        response = visitor.post("/logout", headers=write)

    assert document(response) == {"next": "/"}
    assert visitor.get("/me").status_code == 401


def test_no_link_can_sign_anybody_out(browser: TestClient) -> None:
    sign_in(browser)

    assert browser.post("/logout").status_code == 403
    assert browser.get("/logout").status_code == 405
    assert browser.get("/me").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": "guessed"},
        {"X-CSRF-Token": "a" * 32},
        {"X-CSRF-Token": ""},
        {"Origin": "https://evil.example"},
    ],
)
def test_a_write_that_another_site_may_have_caused_is_refused(browser: TestClient, headers: dict[str, str]) -> None:
    write = sign_in(browser)

    response = browser.post(PATH, json={}, headers={**write, **headers})

    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"


def test_a_form_that_ends_early_is_refused_before_a_token_is_looked_for_in_it(browser: TestClient) -> None:
    sign_in(browser)
    head = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "3"}

    response = browser.post(PATH, content=b"a=", headers=head)

    assert (response.status_code, document(response)["detail"]) == (400, "The request body ended early.")


def test_a_write_from_this_origin_with_the_token_of_this_browser_passes(browser: TestClient) -> None:
    own = {"Origin": "http://127.0.0.1:8000"}
    with open_browser(load_settings()) as other:
        foreign = sign_in(other, "mallory")

    assert browser.post(PATH, json={}, headers={**sign_in(browser), **own}).status_code == 200
    assert browser.post(PATH, json={}, headers={**foreign, **own}).status_code == 403


@pytest.mark.parametrize("value", ["forged", "a" * 32])
def test_a_cookie_that_is_no_session_is_401(browser: TestClient, value: str) -> None:
    response = browser.get("/me", headers={"Cookie": f"{SESSION}={value}"})

    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Session ")


def test_a_database_that_takes_no_writes_signs_nobody_out(browser: TestClient) -> None:
    sign_in(browser)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")

    response = browser.get("/me")

    assert response.status_code == 503
    assert response.headers["retry-after"]
    assert "set-cookie" not in response.headers

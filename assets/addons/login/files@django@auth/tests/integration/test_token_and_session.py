"""A token has no session: it ends none, and gets no CSRF token."""

from local_issuer.issuer import LocalIssuer
from tests.fixtures.bearer import bearing
from tests.fixtures.client import TestClient
from tests.fixtures.guarded import READ
from tests.fixtures.sign_in import sign_in
from tests.fixtures.wire import document


def test_a_token_beside_a_session_does_not_end_it(browser: TestClient, issuer: LocalIssuer) -> None:
    write = sign_in(browser, "alice")
    token = bearing(issuer, READ, "bob")

    assert document(browser.get("/me", headers=token)) == {"subject": "bob", "permissions": [READ], "csrf_token": None}
    assert browser.post("/logout", headers={**write, **token}).status_code == 401
    assert document(browser.get("/me"))["subject"] == "alice"

"""With a token and a session in one request, the token alone decides."""

{{ partial("client_import") }}

from local_issuer.issuer import LocalIssuer
from tests.fixtures.bearer import bearer, bearing
from tests.fixtures.guarded import PATH, READ
from tests.fixtures.sign_in import sign_in


def test_the_first_credentials_decide(browser: TestClient, issuer: LocalIssuer) -> None:
    challenges = browser.get(PATH).headers["www-authenticate"]
    assert challenges.startswith("Bearer ")
    assert ", Session " in challenges
    sign_in(browser, "alice")

    assert browser.get(PATH, headers=bearer("a.b.c")).status_code == 401
    assert browser.get(PATH, headers=bearing(issuer, "other")).status_code == 403
    assert browser.get(PATH, headers=bearing(issuer, READ, "bob")).json() == {"subject": "bob"}

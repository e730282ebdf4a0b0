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

    tokens = {"no.token": bearer("a.b.c"), "other": bearing(issuer, "other"), "bob": bearing(issuer, READ, "bob")}
    responses = {name: browser.get(PATH, headers=headers) for name, headers in tokens.items()}

    assert {name: response.status_code for name, response in responses.items()} == {"no.token": 401, "other": 403, "bob": 200}
    assert responses["bob"].json() == {"subject": "bob"}

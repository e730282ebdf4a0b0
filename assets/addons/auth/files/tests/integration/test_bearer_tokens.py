"""Attacks on bearer tokens, through the whole application and with the keys that the issuer publishes."""

import hmac
import logging
import time

import pytest
from joserfc.jwk import RSAKey
from msgspec import structs
{{ partial("client_import") }}

from local_issuer.issuer import LocalIssuer
from {{ package }}.infrastructure.config import Settings, TokenSettings, load_settings
from {{ package }}.infrastructure.identity import issuer as identity_provider
from {{ package }}.infrastructure.identity.jwt import LEEWAY_SECONDS
from tests.fixtures.bearer import AUDIENCE, Forge, bearer, bearing, token
from tests.fixtures.guarded import PATH, READ, WRITE, guarded_application, guarded_client
from tests.fixtures.issuer import ChangingIssuer, encoded, oidc_settings, signed

NOW = int(time.time())
STRANGER = RSAKey.generate_key(2048)
ID_TOKEN: dict[str, object] = {"scope": None, "roles": [READ]}


def with_the_public_key_as_secret(issuer: LocalIssuer) -> str:
    content = token(alg="HS256")(issuer).rpartition(".")[0]
    return f"{content}.{encoded(hmac.digest(issuer.key.as_pem(private=False), content.encode(), 'sha256'))}"


def with_other_claims_than_were_signed(issuer: LocalIssuer) -> str:
    header, _, signature = token()(issuer).split(".")
    return f"{header}.{token({'sub': 'admin'})(issuer).split('.')[1]}.{signature}"


FORGERIES: dict[str, Forge] = {
    "unsigned": token(algorithm="none"),
    "unsigned, with a signature": token(alg="none"),
    "the public key as a secret": with_the_public_key_as_secret,
    "another algorithm than the key is for": token(algorithm="PS256"),
    "the key of a stranger": token(key=STRANGER),
    "other claims than were signed": with_other_claims_than_were_signed,
    "no key id": token(kid=None),
    "an unknown key id": token(kid="unknown"),
    "a critical extension": token(crit=["exp"], exp=1),
    "a header that is too large": token(pad="x" * 600),
    "claims that are too large": token({"pad": "x" * 200_000}),
    "claims that are nested without end": lambda issuer: signed(issuer, '{"a":' + "[" * 12_000),
    "another issuer": token({"iss": "https://evil.example"}),
    "no issuer": token({"iss": None}),
    "another audience": token({"aud": "another.service"}),
    "no audience": token({"aud": None, "client_id": "some.client"}),
    "an end in the past": token({"exp": NOW - LEEWAY_SECONDS - 2}),
    "no end": token({"exp": None}),
    "a beginning in the future": token({"nbf": NOW + 3600}),
    "an issue in the future": token({"iat": NOW + 3600}),
    "no subject": token({"sub": None}),
    "an empty subject": token({"sub": ""}),
    "a subject that is too long": token({"sub": "a" * 256}),
    "a subject with NUL": token({"sub": "a\0b"}),
    **{f"an ID token with {claim}": token({claim: "x"}) for claim in ("nonce", "at_hash", "c_hash", "s_hash")},
    "an ID token that names its client": token({**ID_TOKEN, "azp": AUDIENCE}),
    "an ID token of Keycloak": token({"typ": "ID"}, typ="at+jwt"),
    "an ID token of Cognito": token({"token_use": "id"}),
    "a logout token": token(typ="logout+jwt"),
    "a logout token without a mark": token({"events": {}}),
    "a token that is bound to a key": token({"cnf": {"jkt": "thumb"}}),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_token_with_one_thing_wrong_is_refused(stranger: TestClient, issuer: LocalIssuer, forge: Forge) -> None:
    response = stranger.get(PATH, headers=bearer(forge(issuer)))

    assert response.status_code == 401, response.text
    assert 'error="invalid_token"' in response.headers["www-authenticate"]
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "sent", ["Bearer", "Bearer ", "Bearer a", "Bearer a.b", "Bearer ..", {{ slot("bearer.sent") }} "Bearer a b.c.d", "Basic eDp5"]
)
def test_other_credentials_are_refused(stranger: TestClient, sent: str) -> None:
    response = stranger.get(PATH, headers=[(b"Authorization", sent.encode("latin-1"))])

    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer ")


{{ slot("bearer.one_header") }}
    assert stranger.get(PATH, params={"access_token": access_token}).status_code == 401


ACCEPTED: dict[str, Forge] = {
    "Auth0, for several audiences": token({"aud": ["another.service", AUDIENCE]}),
    "the longest subject": token({"sub": "a" * 255}),
    "RFC 9068": token(typ="application/at+jwt"),
    "Okta": token({"cid": "some.client", "scope": None, "scp": [READ]}),
    "Keycloak": token({"typ": "Bearer", "azp": "some.client"}, typ="JWT"),
    "Cognito": token({"token_use": "access"}),
    "Entra ID": token({"scope": None, "scp": READ, "azp": "some.client"}, typ="JWT", x5t="certificate"),
}


@pytest.mark.parametrize("forge", ACCEPTED.values(), ids=ACCEPTED)
def test_the_access_tokens_of_real_issuers_are_accepted(
    stranger: TestClient, issuer: LocalIssuer, forge: Forge
) -> None:
    assert stranger.get(PATH, headers=bearer(forge(issuer))).status_code == 200


def test_the_clock_of_the_issuer_may_be_behind(stranger: TestClient, issuer: LocalIssuer) -> None:
    just_expired = token({"exp": int(time.time()) - LEEWAY_SECONDS + 10})(issuer)

    assert stranger.get(PATH, headers=bearer(just_expired)).status_code == 200


@pytest.mark.parametrize(
    ("claims", "clients", "status"),
    [
        ({"client_id": "one"}, "one two", 200),
        ({"client_id": "three"}, "one two", 401),
        ({"client_id": "one", "aud": "another.service"}, "one", 401),
        ({"client_id": ""}, "", 401),
    ],
)
def test_a_token_without_audience_is_only_accepted_from_a_client_that_is_named(
    {{ slot("bearer.parameters") }} issuer: LocalIssuer, claims: dict[str, object], clients: str, status: int
) -> None:
    cognito = token({"aud": None, "token_use": "access", **claims})(issuer)

    with {{ slot("bearer.client", "changed(" ~ slot("bearer.settings", "settings") ~ ", clients_without_audience=clients)") }} as client:
        assert client.get(PATH, headers=bearer(cognito)).status_code == status


@pytest.mark.parametrize(("claim", "status"), [("roles", 200), ("realm_access.roles", 200), ("", 403)])
def test_a_roles_claim_grants_scopes_only_if_it_is_configured(
    {{ slot("bearer.parameters") }} issuer: LocalIssuer, claim: str, status: int
) -> None:
    roles = {**ID_TOKEN, "realm_access": {"roles": ["other", READ]}}

    with {{ slot("bearer.client", "changed(" ~ slot("bearer.settings", "settings") ~ ", roles_claim=claim)") }} as caller:
        for client in ("client_id", "cid", "appid", "azp"):
            access_token = token({**roles, client: "some.client"})(issuer)
            assert caller.get(PATH, headers=bearer(access_token)).status_code == status, client


@pytest.mark.parametrize("scope", ["profile", f"{READ}er", READ.upper(), WRITE])
def test_a_caller_without_the_scope_is_told_which(stranger: TestClient, issuer: LocalIssuer, scope: str) -> None:
    response = stranger.get(PATH, headers=bearing(issuer, scope))

    assert response.status_code == 403
    assert f'error="insufficient_scope", scope="{READ}"' in response.headers["www-authenticate"]


def test_a_refused_token_is_neither_logged_nor_repeated(
    stranger: TestClient, issuer: LocalIssuer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refused = token({"aud": "another.service", "sub": "mallory@example.org"})(issuer)
    response = stranger.get(PATH, headers=bearer(refused))

    written = str([vars(record) for record in caplog.records]) + response.text + response.headers["www-authenticate"]
    assert PATH in written
    assert [part for part in (*refused.split("."), "mallory") if part in written] == []


def test_a_response_to_a_token_is_not_stored(stranger: TestClient, issuer: LocalIssuer) -> None:
    assert stranger.get(PATH, headers=bearing(issuer, READ)).headers["cache-control"] == "no-store"
    assert "cache-control" not in stranger.get("/healthz").headers


{{ slot("bearer.marks") }}
def test_a_service_that_starts_before_its_issuer_recovers(
    {{ slot("bearer.parameters") }} changing_issuer: ChangingIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_provider, "PAUSE_SECONDS", 0)
    changing_issuer.stop()
    headers, oidc = bearing(changing_issuer, READ), oidc_settings(changing_issuer.url)
    with {{ slot("bearer.client", "structs.replace(" ~ slot("bearer.settings", "settings") ~ ", oidc=oidc)") }} as caller:
        down = [caller.get(path, headers=headers) for path in (PATH, "/readyz", "/healthz")]
        unsigned = caller.get(PATH, headers=bearer(token(algorithm="none")(changing_issuer)))
        changing_issuer.start()
        after = [caller.get(path, headers=headers).status_code for path in (PATH, "/readyz")]

    assert [response.status_code for response in down] == [503, 503, 200]
    assert down[0].headers["retry-after"]
    assert unsigned.status_code == 401
    assert after == [200, 200]


def changed(settings: Settings, **tokens: str) -> Settings:
    return structs.replace(settings, tokens=structs.replace(TokenSettings(), **tokens))

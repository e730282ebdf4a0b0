"""Tokens for calls to another service, from an issuer that fails on demand."""

import base64
import logging
import traceback
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, final
import pytest
from httpx2 import Client
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.clients.client_credentials import USED_FOR, ClientCredentials, open_client_credentials
from {{ package }}.infrastructure.clients.client_secret import ClientSecret
from {{ package }}.infrastructure.clients.http import open_service
from {{ package }}.infrastructure.config import {{ Upstream }}ClientSettings, OidcSettings
from {{ package }}.infrastructure.identity.issuer import create_issuer
from {{ package }}.infrastructure.identity.url import IssuerUrl
from tests.fixtures.background import Background
from local_issuer.issuer import new_key
from tests.fixtures.clock import Clock
from tests.fixtures.faulty_server import FaultyServer, Play, cuts_off, is_silent, says, sends

KEY: Final = new_key()
SECRET = "a+b %ü"  # noqa: S105 - what must not be shown
US: Final = {{ Upstream }}ClientSettings(
    client_id="us:1", client_secret=ClientSecret(SECRET), scope="planets:read", audience="them"
)
USELESS: Final[dict[str, tuple[Play, str]]] = {
    "refused": (says({"error": "invalid_client"}, 401), "no bearer token: invalid_client"),
    "not for bearers": (says({"access_token": "a", "token_type": "DPoP"}), "no bearer token"),
    "empty": (says({}), "no bearer token"),
    "another document": (says({"access_token": "a", "token_type": "Bearer", "expires_in": "soon"}), "no good answer"),
    "nested without end": (sends(b"[" * 100_000), "no good answer"),
    "500": (sends(b"", 500), "no good answer"),
    "a redirect": (sends(b"", 302, Location="/elsewhere"), "no good answer"),
    "cut off": (cuts_off, "no good answer"),
}


@final
class Issuing:
    """Serves the discovery document and the keys, which are fetched once, and then answers of the token endpoint."""

    def __init__(self, server: FaultyServer) -> None:
        self.server = server
        self.url = f"http://127.0.0.1:{server.port}"
        self.clock = Clock()

    def will(self, *answers: Play) -> None:
        endpoints = {"jwks_uri": "/jwks", "token_endpoint": "/token", "authorization_endpoint": "/authorize"}
        where = {"issuer": self.url, **{name: f"{self.url}{path}" for name, path in endpoints.items()}}
        self.server.will(says(where), says({"keys": [KEY.as_dict(private=False)]}), *answers)

    @property
    def count(self) -> int:
        return sum(heard.path == "/token" for heard in self.server.heard)


def token(number: int) -> Play:
    return says({"access_token": f"token-{number}", "token_type": "Bearer", "expires_in": 3600})


@pytest.fixture
def issuing(remote: FaultyServer) -> Issuing:
    issuing = Issuing(remote)
    issuing.will(token(1), token(2), token(3))
    return issuing


@pytest.fixture
def credentials(issuing: Issuing) -> Generator[ClientCredentials]:
    with Client() as http:
        yield ClientCredentials(US, create_issuer(OidcSettings(issuer=IssuerUrl(issuing.url))), http, issuing.clock)


def test_id_and_secret_are_form_encoded_before_they_are_put_together(credentials: ClientCredentials, issuing: Issuing) -> None:
    assert credentials.token() == "token-1"

    asked = issuing.server.heard[2]
    assert base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")) == b"us%3A1:a%2Bb+%25%C3%BC"
    assert asked.body == b"grant_type=client_credentials&scope=planets%3Aread&audience=them"


def test_one_call_fetches_a_token_for_all(credentials: ClientCredentials, issuing: Issuing) -> None:
    with ThreadPoolExecutor(20) as threads:
        tokens = [threads.submit(credentials.token) for _ in range(20)]

    assert {token.result() for token in tokens} == {"token-1"}
    assert issuing.count == 1


def test_a_token_is_kept_until_shortly_before_its_end(credentials: ClientCredentials, issuing: Issuing) -> None:
    credentials.token()

    issuing.clock.now += 3600 * USED_FOR - 1
    assert credentials.token() == "token-1"
    issuing.clock.now += 1
    assert credentials.token() == "token-2"


def test_a_token_that_is_refused_is_replaced_once_for_all_who_had_it(credentials: ClientCredentials) -> None:
    old = credentials.token()

    assert [credentials.token(refused=old) for _ in range(3)] == ["token-2"] * 3


def test_a_call_whose_token_is_refused_is_made_again_with_a_new_one(credentials: ClientCredentials, background: Background) -> None:
    upstream = FaultyServer()
    background(upstream.__aenter__())
    upstream.will(says({}, 401), says("found"))
    service = open_service("it", f"http://127.0.0.1:{upstream.port}", lambda: None, auth=credentials)

    assert service.call("GET", "planets/1", str) == "found"

    background(upstream.close())
    assert [heard.headers["authorization"] for heard in upstream.heard] == ["Bearer token-1", "Bearer token-2"]


def test_a_call_waits_for_a_token_no_longer_than_for_its_answer(credentials: ClientCredentials, issuing: Issuing, background: Background) -> None:
    issuing.will(is_silent)
    service = open_service("it", "http://127.0.0.1:9", lambda: None, auth=credentials, timeout_seconds=0.2)

    with ThreadPoolExecutor() as threads:
        fetching = threads.submit(credentials.token)
        background(issuing.server.has_heard(3))
        with pytest.raises(Unavailable, match="in time"):
            service.call("GET", "planets/1", object)
        assert not fetching.done()
        background(issuing.server.close())
        with pytest.raises(Unavailable):
            fetching.result()


@pytest.mark.parametrize(("answer", "reason"), USELESS.values(), ids=USELESS)
def test_without_a_token_there_is_an_error_until_there_is_one(credentials: ClientCredentials, issuing: Issuing, answer: Play, reason: str) -> None:
    issuing.will(answer, token(2))

    with pytest.raises(Unavailable, match=reason):
        credentials.token()

    assert credentials.token() == "token-2"


def test_the_secret_is_not_shown(credentials: ClientCredentials, issuing: Issuing, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    issuing.will(sends(b"{"))

    with pytest.raises(Unavailable) as raised:
        credentials.token()

    assert SECRET not in caplog.text + repr(US) + "".join(traceback.format_exception(raised.value))


def test_without_a_client_id_calls_carry_no_token(issuing: Issuing) -> None:
    issuer = create_issuer(OidcSettings(issuer=IssuerUrl(issuing.url)))

    assert open_client_credentials({{ Upstream }}ClientSettings(), issuer) is None
    assert (credentials := open_client_credentials(US, issuer)) is not None
    assert credentials.token() == "token-1"

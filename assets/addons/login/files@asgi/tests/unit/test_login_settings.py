import pytest

from {{ package }}.infrastructure.config import LoginSettings, PublicSettings, SessionSettings, load_settings
from {{ package }}.infrastructure.environment import SettingsError, read_settings
from {{ package }}.infrastructure.login.public_url import PublicUrl
from {{ package }}.infrastructure.login.secret import Secret

GOOD = "b6d1c8f2a09e4735d1c0ffee5ca1ab1e"


@pytest.mark.parametrize("text", ["https://orders.example", "https://orders.example/", "https://orders.example:8443"])
def test_an_origin_is_taken_as_browsers_write_it(text: str) -> None:
    assert PublicUrl.parse(text).origin == text.removesuffix("/")
    assert PublicUrl.parse(text).secure


@pytest.mark.parametrize(
    "text",
    [
        "orders.example",
        "https://",
        "ftp://orders.example",
        "https://orders.example/path",
        "https://orders.example?a=b",
        "https://orders.example#a",
        "https://user@orders.example",
        "https://Orders.example",
        "https://orders.example:443",
        "http://orders.example:80",
        "https://orders.example:port",
    ],
)
def test_what_no_browser_would_call_an_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected an origin"):
        PublicUrl.parse(text)


@pytest.mark.parametrize("text", ["", "short", "a" * 64, GOOD[:31], "only-for-development, everybody knows it"])
def test_a_secret_that_could_be_guessed_is_weak(text: str) -> None:
    assert Secret.parse(text).weak
    assert not Secret.parse(GOOD).weak


def test_a_secret_is_not_shown() -> None:
    assert GOOD not in repr(SessionSettings(secret=Secret(GOOD)))
    assert GOOD not in f"{Secret(GOOD)}"


def test_production_wants_a_registration_an_address_and_a_secret_of_its_own() -> None:
    with pytest.raises(SettingsError) as session:
        read_settings(SessionSettings, {}, production=True)
    with pytest.raises(SettingsError) as public:
        read_settings(PublicSettings, {}, production=True)
    with pytest.raises(SettingsError) as login:
        read_settings(LoginSettings, {"OIDC_SCOPES": "profile"}, production=True)

    named = [problem.split(":")[0] for found in (session, public, login) for problem in found.value.problems]
    assert named == ["SESSION_SECRET", "PUBLIC_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_SCOPES"]


def test_production_names_everything_that_is_missing_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")

    with pytest.raises(SettingsError) as raised:
        load_settings()

    named = {problem.split(":")[0] for problem in raised.value.problems}
    assert named >= {"OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "PUBLIC_URL", "SESSION_SECRET"}


def test_production_takes_good_ones() -> None:
    registered = {"OIDC_CLIENT_ID": "orders", "OIDC_CLIENT_SECRET": GOOD}

    assert read_settings(LoginSettings, registered, production=True).client_id == "orders"
    assert read_settings(SessionSettings, {"SESSION_SECRET": GOOD}, production=True).secret.text == GOOD
    assert read_settings(PublicSettings, {"PUBLIC_URL": "https://a.example"}, production=True).public_url.secure

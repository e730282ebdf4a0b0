import pytest

from {{ package }}.infrastructure.config import LoginSettings, PublicSettings, SessionSettings, load_settings
from {{ package }}.infrastructure.environment import SettingsError, read_settings
from {{ package }}.infrastructure.login.public_url import PublicUrl
from {{ package }}.infrastructure.login.secret import Secret

GOOD = "b6d1c8f2a09e4735d1c0ffee5ca1ab1e"


@pytest.mark.parametrize(
    ("text", "origin", "path"),
    [
        ("https://orders.example", "https://orders.example", ""),
        ("https://orders.example/", "https://orders.example", ""),
        ("https://orders.example:8443", "https://orders.example:8443", ""),
        ("https://example.com/Orders/v1/", "https://example.com", "/Orders/v1"),
    ],
)
def test_a_public_url_is_an_origin_and_a_path(text: str, origin: str, path: str) -> None:
    url = PublicUrl.parse(text)

    assert (url.origin, url.path, url.callback) == (origin, path, f"{origin}{path}/callback")
    assert url.secure


@pytest.mark.parametrize(
    "text",
    [
        "orders.example",
        "https://",
        "ftp://orders.example",
        "https://orders.example//evil.example",
        "https://orders.example?a=b",
        "https://orders.example/a#b",
        "https://user@orders.example",
        "https://Orders.example",
        "https://orders.example:443",
        "http://orders.example:80",
        "https://orders.example:port",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a URL"):
        PublicUrl.parse(text)


@pytest.mark.parametrize("text", ["", "short", "a" * 64, GOOD[:31], "only-for-development, known to everybody"])
def test_a_secret_that_could_be_guessed_is_weak(text: str) -> None:
    assert Secret.parse(text).weak
    assert not Secret.parse(GOOD).weak


def test_a_secret_is_not_shown() -> None:
    assert GOOD not in repr(SessionSettings(secret=Secret(GOOD)))
    assert GOOD not in f"{Secret(GOOD)}"


def test_production_needs_a_client_a_public_url_and_a_secret() -> None:
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


def test_production_accepts_good_settings() -> None:
    registered = {"OIDC_CLIENT_ID": "orders", "OIDC_CLIENT_SECRET": GOOD}

    assert read_settings(LoginSettings, registered, production=True).client_id == "orders"
    assert read_settings(SessionSettings, {"SESSION_SECRET": GOOD}, production=True).secret.text == GOOD
    assert read_settings(PublicSettings, {"PUBLIC_URL": "https://a.example"}, production=True).public_url.secure

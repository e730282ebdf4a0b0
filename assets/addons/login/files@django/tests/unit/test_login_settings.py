import runpy

import pytest
from {{ package }}.infrastructure import settings as loaded

from {{ package }}.infrastructure.config import LoginSettings, PublicSettings, SessionSettings
from {{ package }}.infrastructure.environment import SettingsError, read_settings
from {{ package }}.infrastructure.login.public_url import PublicUrl
from {{ package }}.infrastructure.secret import Secret

GOOD = "b6d1c8f2a09e4735d1c0ffee5ca1ab1e"


{{ partial("test_public_url.py") }}


def test_a_secret_is_not_shown() -> None:
    assert GOOD not in repr(LoginSettings(client_secret=Secret(GOOD)))


def test_production_needs_a_client_with_a_secret_and_a_public_url() -> None:
    given = {"OIDC_CLIENT_ID": "orders", "OIDC_CLIENT_SECRET": GOOD, "PUBLIC_URL": "https://a.example"}
    named: list[str] = []
    for kind in (PublicSettings, LoginSettings):
        with pytest.raises(SettingsError) as raised:
            read_settings(kind, {"OIDC_SCOPES": "profile"}, production=True)
        named += [problem.split(":")[0] for problem in raised.value.problems]
        assert read_settings(kind, given, production=True)

    assert named == ["PUBLIC_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_SCOPES"]


def test_the_variables_reach_the_settings_of_django(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = {
        "HTTPS_ONLY": "true",
        "PUBLIC_URL": "https://a.example/orders",
        "SESSION_IDLE_SECONDS": "60",
        "SESSION_MAX_SECONDS": "70",
    }
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)

    settings = runpy.run_path(loaded.__file__)

    expected = {
        "SESSION_COOKIE_AGE": 60,
        "SESSION_MAX_SECONDS": 70,
        "SESSION_COOKIE_NAME": "__Host-{{ name }}-session",
        "CSRF_COOKIE_NAME": "__Host-{{ name }}-csrf",
        "CSRF_TRUSTED_ORIGINS": ["https://a.example"],
    }
    assert expected.items() <= settings.items()

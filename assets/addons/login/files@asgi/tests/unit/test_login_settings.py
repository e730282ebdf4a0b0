import pytest

from {{ package }}.infrastructure.config import LoginSettings, PublicSettings, SessionSettings
from {{ package }}.infrastructure.environment import SettingsError, read_settings
from {{ package }}.infrastructure.login.public_url import PublicUrl
from {{ package }}.infrastructure.secret import Secret

GOOD = "b6d1c8f2a09e4735d1c0ffee5ca1ab1e"


{{ partial("test_public_url.py") }}


def test_a_secret_is_not_shown() -> None:
    assert GOOD not in repr(SessionSettings(secret=Secret(GOOD)))
    assert GOOD not in f"{Secret(GOOD)}"


def test_production_needs_a_client_a_public_url_and_a_secret_that_cannot_be_guessed() -> None:
    missing = {"OIDC_SCOPES": "profile", "SESSION_SECRET": GOOD[:31]}
    given = {"OIDC_CLIENT_ID": "orders", "OIDC_CLIENT_SECRET": GOOD, "PUBLIC_URL": "https://a.example", "SESSION_SECRET": GOOD}
    named: list[str] = []
    for kind in (SessionSettings, PublicSettings, LoginSettings):
        with pytest.raises(SettingsError) as raised:
            read_settings(kind, missing, production=True)
        named += [problem.split(":")[0] for problem in raised.value.problems]
        assert read_settings(kind, given, production=True)

    assert named == ["SESSION_SECRET", "PUBLIC_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_SCOPES"]

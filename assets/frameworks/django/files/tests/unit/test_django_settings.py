"""How the environment becomes Django's settings."""

import runpy
from typing import cast

import pytest

from {{ package }}.infrastructure import settings as loaded
from {{ package }}.infrastructure.config import DatabaseSettings, load_settings
from {{ package }}.infrastructure.db.connection import database_entry
from {{ package }}.infrastructure.db.url import DatabaseUrl
from {{ package }}.infrastructure.environment import SettingsError

PRODUCTION = {
    "APP_ENV": "production", "SECRET_KEY": "k3y-" * 13, "ALLOWED_HOSTS": "a.example,.b.example", "TRUSTED_PROXY": "true", {{ slot("tests.production_settings") }}
}


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, object]:
    """Return Django's settings in this environment."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return cast("dict[str, object]", runpy.run_path(loaded.__file__))


HTTPS = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (PRODUCTION, {"ALLOWED_HOSTS": ["a.example", ".b.example"]}),
        (PRODUCTION, dict.fromkeys(HTTPS, True)),
        ({**PRODUCTION, "TRUSTED_PROXY": "", "HTTPS_ONLY": "false"}, dict.fromkeys(HTTPS, False)),
        ({}, {"SECURE_HSTS_SECONDS": 0, "SECURE_PROXY_SSL_HEADER": None, **dict.fromkeys(HTTPS, False)}),
        ({"HTTPS_ONLY": "true"}, dict.fromkeys(HTTPS, True)),
        ({"ROOT_PATH": "/shop"}, {"FORCE_SCRIPT_NAME": "/shop"}),
    ],
)
def test_variables_become_settings(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: dict[str, object]
) -> None:
    assert expected.items() <= read(monkeypatch, **variables).items()


@pytest.mark.parametrize(("variable", "value"), [("SECRET_KEY", ""), ("ALLOWED_HOSTS", ""), ("ALLOWED_HOSTS", "*"), ("TRUSTED_PROXY", "")])
def test_production_refuses_what_is_unsafe_or_cannot_work(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=variable):
        read(monkeypatch, **{**PRODUCTION, variable: value})


def test_the_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    read(monkeypatch, **PRODUCTION)

    assert PRODUCTION["SECRET_KEY"] not in repr(load_settings())


URL = "postgres://app:p%40ss@db:6543/shop?sslmode=require&options=-c%20work_mem%3D8MB"


def test_the_parts_of_the_url_are_what_django_and_libpq_call_them() -> None:
    entry = database_entry(DatabaseSettings(url=DatabaseUrl.parse(URL), statement_timeout=2))

    options = cast("dict[str, object]", entry["OPTIONS"])
    parts = {"NAME": "shop", "USER": "app", "PASSWORD": "p@ss", "HOST": "db", "PORT": "6543"}
    assert parts.items() <= entry.items()
    assert {"sslmode": "require", "tcp_user_timeout": "10000", "max_wait": 2.25}.items() <= options.items()
    assert "statement_timeout=2000 " in str(options["options"])
    assert str(options["options"]).endswith(" -c work_mem=8MB"), "the owner's word is the last"


def test_pgbouncer_gets_no_option_of_ours_and_no_cursor_that_outlives_a_transaction() -> None:
    entry = database_entry(DatabaseSettings(url=DatabaseUrl.parse("postgres://db/shop"), pgbouncer=True))

    assert "options" not in cast("dict[str, object]", entry["OPTIONS"])
    assert entry["DISABLE_SERVER_SIDE_CURSORS"] is True

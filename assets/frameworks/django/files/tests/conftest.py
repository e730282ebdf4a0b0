"""Fixtures for the real application, in this process and as a process of its own."""

import os
from collections.abc import Iterator
import django
import pytest
from django.conf import settings
from tests.fixtures.client import TestClient, open_transaction_kept
from tests.fixtures.documented import compare_with_openapi
{{ slot("tests.imports") }}
{{ slot("tests.process_imports") }}
from tests.fixtures.setting_names import DOTENV_DISABLED, SETTING_NAMES
{% if "+idempotent" in uses %}
from tests.fixtures.idempotency import add_idempotency_key
{% endif %}

pytest_plugins = [
    "tests.fixtures.database",
    {{ slot("tests.plugins") }}
]


def pytest_configure() -> None:
    """Remove settings and proxies from the environment, and disable .env, for tests and the processes they start."""
    for name in [name for name in os.environ if name in SETTING_NAMES or name.upper().endswith("PROXY")]:
        del os.environ[name]
    os.environ[DOTENV_DISABLED] = "true"
    # Django reads its settings before there is a database: `django_db_setup` says which one it is.
    os.environ["DATABASE_URL"] = "postgresql://127.0.0.1:1/nowhere"
    os.environ["DJANGO_SETTINGS_MODULE"] = "{{ package }}.infrastructure.settings"
    {{ slot("tests.configure") }}
    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # in no time


@pytest.fixture
def client(db: None, {{ slot("tests.client_parameters") }}) -> Iterator[TestClient]:
    del db
    with open_transaction_kept(), TestClient({{ slot("tests.client_arguments") }}) as running:
        {{ slot("tests.opened_client") }}
{% if "+idempotent" in uses %}
        running.event_hooks["request"].append(add_idempotency_key)
{% endif %}
        compare_with_openapi(running)
        yield running


@pytest.fixture(scope="session")
def environment(process_database_url: str, {{ slot("tests.process_parameters") }}) -> dict[str, str]:
    """Return the environment of the service as a process."""
    chosen = {"PORT": "0", "ROOT_PATH": "/behind-a-proxy", "PYTHONUNBUFFERED": "1", "DATABASE_URL": process_database_url}
    {{ slot("tests.process_environment") }}
    return {**os.environ, **chosen}

"""Fixtures for the real application, in this process and as a process of its own."""

import os
from collections.abc import Iterator
import pytest
from starlette.testclient import TestClient
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import AppSettings, Settings
from tests.fixtures.setting_names import DOTENV_DISABLED, SETTING_NAMES
{{ slot("tests.imports") }}
{{ slot("tests.process_imports") }}

{% if slot("tests.plugins") %}
pytest_plugins = [
    {{ slot("tests.plugins") }}
]

{% endif %}

def pytest_configure() -> None:
    """Remove settings and proxies from the environment, and disable .env, for tests and the processes they start."""
    for name in [name for name in os.environ if name in SETTING_NAMES or name.upper().endswith("PROXY")]:
        del os.environ[name]
    os.environ[DOTENV_DISABLED] = "true"


@pytest.fixture
def settings({{ slot("tests.settings_parameters") }}) -> Settings:
    return Settings(
        app=AppSettings(),
        {{ slot("tests.settings_sections") }}
    )


@pytest.fixture
def client(settings: Settings, {{ slot("tests.client_parameters") }}) -> Iterator[TestClient]:
{% if slot("tests.application") %}
    application = build_application(settings)
    {{ slot("tests.application") }}
{% endif %}
    with TestClient({{ "application" if slot("tests.application") else "build_application(settings)" }}, raise_server_exceptions=False, {{ slot("tests.client_arguments") }}) as running:
        {{ slot("tests.opened_client") }}
        yield running


@pytest.fixture(scope="session")
def environment({{ slot("tests.process_parameters") }}) -> dict[str, str]:
    """Return the environment of the service as a process."""
    chosen = {"PORT": "0", "ROOT_PATH": "/behind-a-proxy", "REQUEST_TIMEOUT_SECONDS": "600", "PYTHONUNBUFFERED": "1"}
    {{ slot("tests.process_environment") }}
    return {**os.environ, **chosen}

"""Fixtures that put the real application together: in this process, and as a process of its own."""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import cast
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


def pytest_collection_finish() -> None:
    """Take what has been imported out of every later garbage collection; those are for what the tests leave behind."""
    gc.freeze()


@pytest.fixture
def settings({{ slot("tests.settings_parameters") }}) -> Settings:
    return Settings(
        app=AppSettings(),
        {{ slot("tests.settings_sections") }}
    )


@pytest.fixture
def client(settings: Settings, {{ slot("tests.client_parameters") }}) -> Iterator[TestClient]:
    with TestClient(build_application(settings), raise_server_exceptions=False, {{ slot("tests.client_arguments") }}) as running:
        yield running


@pytest.fixture(scope="session")
def environment({{ slot("tests.process_parameters") }}) -> dict[str, str]:
    """Name what the process is started with."""
    chosen = {"PORT": "0", "DRAIN_SECONDS": "60", "SHUTDOWN_SECONDS": "600", "REQUEST_TIMEOUT_SECONDS": "600"}
    {{ slot("tests.process_environment") }}
    return {**os.environ, **chosen, "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="session")
def command() -> list[str]:
    """Start the service as its users do."""
    return [sys.executable, "-m", "{{ package }}"]


@pytest.fixture(scope="session")
def process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run the service, for the one test that ends it."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        yield process
        process.kill()


@pytest.fixture(scope="session", autouse=True)
def head_start(request: pytest.FixtureRequest) -> None:
    """Have the process start while other tests run, if one will ask for it."""
    if any(isinstance(item, pytest.Function) and "process" in item.fixturenames for item in request.session.items):
        cast("object", request.getfixturevalue("process"))

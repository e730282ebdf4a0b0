"""Fixtures that put the real application together."""

from collections.abc import Iterator
import pytest
from starlette.testclient import TestClient
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import AppSettings, Settings
{{ slot("tests.imports") }}

{% if slot("tests.plugins") %}
pytest_plugins = [
    {{ slot("tests.plugins") }}
]

{% endif %}

@pytest.fixture
def settings({{ slot("tests.settings_parameters") }}) -> Settings:
    return Settings(
        app=AppSettings(),
        {{ slot("tests.settings_sections") }}
    )


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(build_application(settings), raise_server_exceptions=False) as running:
        yield running

"""The {{ upstream_words }} service through the real wiring, over HTTP."""

from collections.abc import AsyncGenerator
import pytest
from msgspec import structs
from {{ package }}.api.services import Services
from {{ package }}.bootstrap import create_services
from {{ package }}.domain.{{ upstream }} import {{ Upstream }}Entry
from {{ package }}.domain.errors import Unavailable, UnusableAnswer
from {{ package }}.infrastructure.clients.url import HttpUrl
from {{ package }}.infrastructure.config import Settings, {{ Upstream }}Settings, load_section
from {{ package }}.infrastructure.environment import SettingsError
from tests.fixtures.faulty_server import FaultyServer, says


@pytest.fixture
async def services(settings: Settings, remote: FaultyServer) -> AsyncGenerator[Services]:
    calling = {{ Upstream }}Settings(url=HttpUrl(f"http://127.0.0.1:{remote.port}/v2/"))
    async with create_services(structs.replace(settings, {{ upstream }}=calling)) as services:
        yield services


{% if not slot("upstream.port_methods") %}
async def test_an_entry_is_found(services: Services, remote: FaultyServer) -> None:
    remote.will(says({"reference": "a/1", "name": "First", "more": 1}))

    assert await services.{{ upstream }}.find("a/1") == {{ Upstream }}Entry("a/1", "First")
    assert remote.heard[0].path == "/v2/entries/a%2F1"


async def test_what_is_not_there_is_none(services: Services, remote: FaultyServer) -> None:
    remote.will(says({}, 404))

    assert await services.{{ upstream }}.find("a-1") is None


@pytest.mark.parametrize("reference", ["", ".", ".."])
async def test_nobody_is_asked_for_a_reference_that_would_lead_elsewhere(services: Services, remote: FaultyServer, reference: str) -> None:
    assert await services.{{ upstream }}.find(reference) is None
    assert remote.heard == []


async def test_a_refusal_that_the_port_does_not_know_is_an_error(services: Services, remote: FaultyServer) -> None:
    remote.will(says({}, 422))

    with pytest.raises(UnusableAnswer, match="answered 422"):
        await services.{{ upstream }}.find("a-1")


{% endif %}
async def test_while_it_is_down_this_service_is_ready_and_says_so(services: Services, remote: FaultyServer) -> None:
    await remote.close()

    with pytest.raises(Unavailable, match="{{ upstream_words }} service: cannot be reached"):
        await services.{{ upstream }}.{{ slot("upstream.test_call", 'find("a-1")') }}

    state = (await services.readiness.check_all())["{{ upstream_words }} service"]
    assert state.ready
    assert state.message.startswith("degraded")


@pytest.mark.parametrize("url", ["", "http://service.example"])
def test_production_needs_an_address_that_nobody_can_listen_at(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("{{ UPSTREAM }}_URL", url)

    with pytest.raises(SettingsError, match="{{ UPSTREAM }}_URL"):
        load_section({{ Upstream }}Settings)

from collections.abc import AsyncGenerator
import pytest
from msgspec import structs
from {{ package }}.api.services import Services
from {{ package }}.bootstrap import create_services
from {{ package }}.domain.errors import Unavailable, UnusableAnswer
from {{ package }}.domain.{{ webhook }}_events import {{ Webhook }}Event
from {{ package }}.infrastructure.clients.url import HttpUrl
from {{ package }}.infrastructure.config import Settings, {{ Upstream }}Settings
from tests.fixtures.faulty_server import FaultyServer, says

EVENT = {{ Webhook }}Event("1", "order.paid", b'{"total": 1.50}')


@pytest.fixture
async def services(settings: Settings, remote: FaultyServer) -> AsyncGenerator[Services]:
    calling = {{ Upstream }}Settings(url=HttpUrl(f"http://127.0.0.1:{remote.port}/v2/"))
    async with create_services(structs.replace(settings, {{ upstream }}=calling)) as services:
        yield services


async def test_an_event_is_handed_on_with_its_body_as_it_was_signed(services: Services, remote: FaultyServer) -> None:
    remote.will(says({}, 503), says({}, 202))

    await services.{{ webhook }}_events.handle(EVENT)

    assert [heard.path for heard in remote.heard] == ["/v2/webhooks/{{ webhook }}"] * 2
    assert remote.heard[1].body == b'{"id":"1","type":"order.paid","body":{"total": 1.50}}'


@pytest.mark.parametrize(("status", "error"), [(422, UnusableAnswer), (500, Unavailable)])
async def test_one_that_is_not_taken_is_an_error(
    services: Services, remote: FaultyServer, status: int, error: type[Exception]
) -> None:
    remote.will(says({}, status))

    with pytest.raises(error):
        await services.{{ webhook }}_events.handle(EVENT)

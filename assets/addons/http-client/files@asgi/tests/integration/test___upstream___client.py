"""The {{ upstream_words }} service, as use cases and callers meet it: through the real wiring, over HTTP."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from decimal import Decimal
from http import HTTPStatus
import pytest
from httpx2 import AsyncClient
from msgspec import structs
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from {{ package }}.api.services import get_services
from {{ package }}.bootstrap import build_application, create_services
from {{ package }}.domain.{{ upstream }} import {{ Upstream }}, {{ Upstream }}Entry, {{ Upstream }}Rejected
from {{ package }}.domain.errors import Malformed
from {{ package }}.domain.result import Err, Ok
from {{ package }}.infrastructure.config import AppSettings, {{ Upstream }}Settings, Settings, load_section
from {{ package }}.infrastructure.clients.url import UpstreamUrl
from {{ package }}.infrastructure.environment import SettingsError
from tests.fixtures.wire import document
from tests.fixtures.serving import serving
from tests.fixtures.tcp_proxy import TcpProxy
from tests.fixtures.upstream import ENTRY, IN_TIME, FaultyServer, is_silent, says, sends

ALPHA = {{ Upstream }}Entry("a-1", Decimal("12.50"))
OURS = "{{ upstream_words }} service"


@pytest.fixture
def calling(settings: Settings, upstream_settings: {{ Upstream }}Settings) -> Settings:
    return structs.replace(
        settings,
        app=AppSettings(request_timeout_seconds=IN_TIME),
        {{ upstream }}=upstream_settings,
    )


@pytest.fixture
async def proxy(upstream: FaultyServer) -> AsyncGenerator[TcpProxy]:
    proxy = TcpProxy("127.0.0.1", upstream.port)
    await proxy.listen()
    yield proxy
    await proxy.refuse()


@pytest.fixture
async def service(calling: Settings) -> AsyncGenerator[{{ Upstream }}]:
    async with create_services(calling) as services:
        yield services.{{ upstream }}


async def ask(request: Request) -> PlainTextResponse:
    """Ask the other service, as a use case would."""
    services = await get_services(request)
    return PlainTextResponse(str(await services.{{ upstream }}.find("a-1")))


@pytest.fixture
async def client(calling: Settings) -> AsyncGenerator[AsyncClient]:
    application = build_application(calling)
    application.router.routes.append(Route("/ask", ask))
    async with serving(application, patience=IN_TIME) as client:
        yield client


async def test_in_development_something_within_the_process_stands_in(settings: Settings) -> None:
    async with create_services(settings) as services:
        service = services.{{ upstream }}

        assert await service.find("a-1") == Ok(None)
        assert await service.record(ALPHA) == Ok(ALPHA)
        assert await service.find("a-1") == Ok(ALPHA)
        assert isinstance(await service.record(ALPHA), Err)


async def test_an_entry_is_found_and_one_is_recorded(service: {{ Upstream }}, upstream: FaultyServer) -> None:
    assert await service.find("a/1 ?") == Ok(ALPHA)
    assert await service.record(ALPHA) == Ok(ALPHA)

    assert [(heard.method, heard.path) for heard in upstream.heard] == [
        ("GET", "/v2/entries/a%2F1%20%3F"),
        ("POST", "/v2/entries"),
    ]
    assert upstream.heard[1].body == b'{"reference":"a-1","amount":"12.50"}'


async def test_what_is_not_there_is_none(service: {{ Upstream }}, upstream: FaultyServer) -> None:
    upstream.will(says({}, 404))

    assert await service.find("a-1") == Ok(None)


@pytest.mark.parametrize("reference", ["", ".", ".."])
async def test_a_reference_that_would_lead_elsewhere_is_asked_of_nobody(service: {{ Upstream }}, upstream: FaultyServer, reference: str) -> None:
    assert await service.find(reference) == Ok(None)
    assert upstream.heard == []


async def test_what_the_other_side_refuses_is_an_error_of_the_domain(service: {{ Upstream }}, upstream: FaultyServer) -> None:
    upstream.will(says({}, 422))

    assert await service.find("a-1") == Err({{ Upstream }}Rejected("answered 422"))
    assert await service.record(ALPHA) == Err({{ Upstream }}Rejected("answered 422"))


@pytest.mark.parametrize("amount", [b'"NaN"', b'"Infinity"', b'"much"', b"null"])
async def test_an_amount_that_is_none_is_malformed(service: {{ Upstream }}, upstream: FaultyServer, amount: bytes) -> None:
    upstream.will(sends(b'{"reference": "a-1", "amount": %s}' % amount))

    with pytest.raises(Malformed):
        await service.find("a-1")


async def test_the_request_id_is_passed_on(client: AsyncClient, upstream: FaultyServer) -> None:
    answer = await client.get("/ask", headers={"X-Request-ID": "from-the-caller"})

    assert answer.status_code == HTTPStatus.OK
    assert upstream.heard[0].headers["x-request-id"] == "from-the-caller"


async def test_an_outage_is_a_503_to_the_caller_and_a_remark_to_probes_until_it_is_over(client: AsyncClient, upstream: FaultyServer) -> None:
    upstream.will(says({}, 503, Retry_After="77"))

    answer = await client.get("/ask")
    ready = await client.get("/readyz")

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert document(answer)["detail"] == f"The {OURS} is unavailable."
    assert answer.headers["Retry-After"] == "77"
    assert ready.status_code == HTTPStatus.OK
    assert "degraded: answered 503" in ready.text

    upstream.will(says(ENTRY))
    assert (await client.get("/ask")).status_code == HTTPStatus.OK
    assert "degraded" not in (await client.get("/readyz")).text


async def test_a_malformed_answer_is_no_500(client: AsyncClient, upstream: FaultyServer, caplog: pytest.LogCaptureFixture) -> None:
    upstream.will(sends(b"{"))

    assert (await client.get("/ask")).status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


async def test_the_call_ends_with_the_request_it_was_made_for(settings: Settings, patient_settings: {{ Upstream }}Settings, upstream: FaultyServer) -> None:
    upstream.will(is_silent)
    impatient = structs.replace(
        settings,
        app=AppSettings(request_timeout_seconds=0.2),
        {{ upstream }}=patient_settings,
    )
    application = build_application(impatient)
    application.router.routes.append(Route("/ask", ask))
    async with serving(application, patience=IN_TIME) as client:
        answer = await client.get("/ask")
        await asyncio.wait_for(upstream.hung_up.wait(), IN_TIME)

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert len(upstream.heard) == 1


async def test_a_restart_of_the_other_side_under_load_gives_no_500(settings: Settings, upstream_settings: {{ Upstream }}Settings, proxy: TcpProxy) -> None:
    url = UpstreamUrl.parse(f"http://127.0.0.1:{proxy.port}")
    through = structs.replace(upstream_settings, url=url)
    application = build_application(structs.replace(settings, {{ upstream }}=through))
    application.router.routes.append(Route("/ask", ask))

    async with serving(application, patience=IN_TIME) as client:

        async def load() -> set[int]:
            return {(await client.get("/ask")).status_code for _ in range(10)}

        async def restart() -> set[int]:
            await proxy.cut()
            await proxy.refuse()
            await proxy.listen()
            return set()

        seen = await asyncio.gather(*(load() for _ in range(4)), restart())
        last = await client.get("/ask")

    assert set[int]().union(*seen) <= {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}
    assert last.status_code == HTTPStatus.OK


@pytest.mark.parametrize("url", ["", "memory://", "http://service.example"])
def test_production_wants_the_real_one_and_nobody_listening(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("{{ UPSTREAM }}_URL", url)

    with pytest.raises(SettingsError, match="{{ UPSTREAM }}_URL"):
        load_section({{ Upstream }}Settings)

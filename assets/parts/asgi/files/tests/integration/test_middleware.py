import logging
from unittest.mock import AsyncMock

import pytest
from msgspec import structs
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from {{ package }}.api.middleware import AccessLog, current_request_id
from {{ package }}.bootstrap import build_application
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import Settings
from {{ package }}.infrastructure.logging import LineFormatter
from tests.fixtures.access_lines import access_lines, access_records
from tests.fixtures.{{ noun }}_json import SENT
from tests.fixtures.routes import add_route
from tests.fixtures.wire import document

SCOPE: Scope = {"type": "http", "method": "GET", "raw_path": b"/", "headers": []}


def test_a_valid_request_id_is_kept(client: TestClient) -> None:
    assert client.get("/healthz", headers={"x-request-id": "abc-1234.x_Y"}).headers["x-request-id"] == "abc-1234.x_Y"


@pytest.mark.parametrize("unfit", ["short", "has space in it", "x" * 65, "new\\line-1"])
def test_an_unfit_request_id_is_replaced(client: TestClient, unfit: str) -> None:
    given = client.get("/healthz", headers={"x-request-id": unfit}).headers["x-request-id"]

    assert given != unfit
    assert len(given) == 32


def test_every_request_has_an_id_of_its_own(client: TestClient) -> None:
    assert len({client.get("/healthz").headers["x-request-id"] for _ in range(10)}) == 10


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/broken"])
def test_every_answer_has_an_id_and_says_that_its_type_is_right(client: TestClient, path: str) -> None:
    add_route(client, "/broken", ZeroDivisionError())

    response = client.get(path)

    assert response.headers["x-request-id"]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_request_leaves_one_line_without_its_query(caplog: pytest.LogCaptureFixture, client: TestClient) -> None:
    caplog.set_level(logging.INFO)

    client.get("/nowhere?token=secret")

    (line,) = access_lines(caplog)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/nowhere", 404)
    assert "secret" not in str(line)


def test_the_line_of_a_503_says_the_reason(caplog: pytest.LogCaptureFixture, client: TestClient) -> None:
    caplog.set_level(logging.INFO)
    add_route(client, "/unavailable", Unavailable("ledger", "refuses connections"))

    client.get("/unavailable")
    client.get("/healthz")

    assert [line.get("reason") for line in access_lines(caplog)] == ["ledger: refuses connections", None]


async def test_the_line_is_written_once_the_answer_is_complete(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def goes_on(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("found")(scope, receive, send)
        assert len(access_lines(caplog)) == 1

    await AccessLog(goes_on)(SCOPE, AsyncMock(), AsyncMock())

    assert len(access_lines(caplog)) == 1


async def test_a_request_that_is_not_answered_leaves_a_line_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    with pytest.raises(ZeroDivisionError):
        await AccessLog(AsyncMock(side_effect=ZeroDivisionError))(SCOPE, AsyncMock(), AsyncMock())

    assert [line["status"] for line in access_lines(caplog)] == [0]


async def test_a_line_is_short_enough_for_one_write_whatever_the_caller_sends(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    scope: Scope = {**SCOPE, "method": "X" * 5_000, "raw_path": b'"\xff\x9b' * 10_000}

    await AccessLog(PlainTextResponse("found"))(scope, AsyncMock(), AsyncMock())

    (record,) = access_records(caplog)
    written = LineFormatter(json=True, request_id=current_request_id).format(record)
    assert len(written.encode()) < 4_000
    assert "\x9b" not in LineFormatter(json=False, request_id=current_request_id).format(record)


def application_with(settings: Settings, **app: str) -> Starlette:
    return build_application(structs.replace(settings, app=structs.replace(settings.app, **app)))


@pytest.mark.parametrize("prefix", ["/api", "/{{ slug }}"])
def test_behind_a_proxy_that_takes_a_prefix_off_links_have_it(settings: Settings, prefix: str, {{ slot("tests.client_parameters") }}) -> None:
    with TestClient(application_with(settings, root_path=prefix), {{ slot("tests.client_arguments") }}) as client:
        created = client.post("/{{ slug }}", json=SENT)
        assert created.headers["location"].startswith(f"{prefix}/{{ slug }}/")
        assert client.get(created.headers["location"].removeprefix(prefix)).status_code == 200
        assert document(client.get("/openapi.json"))["servers"] == [{"url": prefix}]


@pytest.mark.parametrize(
    ("origins", "allowed"),
    [("", None), ("https://shop.example,https://b.example", "https://shop.example"), ("*", "*")],
    ids=["none", "some", "all"],
)
def test_pages_of_the_origins_that_are_named_may_call(settings: Settings, origins: str, allowed: str | None) -> None:
    asked = {"origin": "https://shop.example", "access-control-request-method": "GET"}
    with TestClient(application_with(settings, cors_origins=origins)) as client:
        before, answer = client.options("/healthz", headers=asked), client.get("/healthz", headers=asked)

    assert before.status_code == (200 if allowed else 405)
    for response in (before, answer):
        assert response.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in response.headers
        assert response.headers["x-request-id"]


def test_pages_of_another_origin_may_not_call(settings: Settings) -> None:
    with TestClient(application_with(settings, cors_origins="https://shop.example")) as client:
        answer = client.get("/healthz", headers={"origin": "https://shop.example.evil.example"})

    assert "access-control-allow-origin" not in answer.headers

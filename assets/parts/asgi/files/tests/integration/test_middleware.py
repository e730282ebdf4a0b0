import logging
from typing import cast
from {{ package }}.api.services import Services
from unittest.mock import AsyncMock

import pytest
from msgspec import structs
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from {{ package }}.api.middleware import AccessLog, current_request_id
from {{ package }}.bootstrap import build_application
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import AppSettings, Settings
from {{ package }}.infrastructure.logging import LineFormatter
from tests.fixtures.access_lines import access_lines, access_records
from tests.fixtures.routes import add_error

SCOPE: Scope = {"type": "http", "method": "GET", "raw_path": b"/", "headers": []}


@pytest.fixture(autouse=True)
def info_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def test_a_valid_request_id_is_kept(client: TestClient) -> None:
    assert client.get("/healthz", headers={"x-request-id": "abc-1234.x_Y"}).headers["x-request-id"] == "abc-1234.x_Y"


@pytest.mark.parametrize("invalid", ["short", "has space in it", "x" * 65, "new\\line-1"])
def test_an_invalid_request_id_is_replaced(client: TestClient, invalid: str) -> None:
    request_id = client.get("/healthz", headers={"x-request-id": invalid}).headers["x-request-id"]

    assert request_id != invalid
    assert len(request_id) == 32


def test_every_request_has_its_own_id(client: TestClient) -> None:
    assert len({client.get("/healthz").headers["x-request-id"] for _ in range(10)}) == 10


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/broken"])
def test_every_response_has_an_id_and_nosniff(client: TestClient, path: str) -> None:
    add_error(client, "/broken", ZeroDivisionError())

    response = client.get(path)

    assert response.headers["x-request-id"]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_request_leaves_one_access_line_without_its_query(
    caplog: pytest.LogCaptureFixture, client: TestClient
) -> None:
    client.get("/nowhere?token=secret")

    (line,) = access_lines(caplog)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/nowhere", 404)
    assert "secret" not in str(line)


def test_the_access_line_of_a_503_has_the_reason(caplog: pytest.LogCaptureFixture, client: TestClient) -> None:
    add_error(client, "/unavailable", Unavailable("ledger", "refuses connections"))

    client.get("/unavailable")
    client.get("/nowhere")

    assert [line.get("reason") for line in access_lines(caplog)] == ["ledger: refuses connections", None]


def test_a_probe_leaves_an_access_line_only_if_it_fails(caplog: pytest.LogCaptureFixture, client: TestClient) -> None:
    client.get("/healthz")
    client.get("/readyz")
    cast("Services", client.app_state["services"]).readiness.draining = True
    client.get("/readyz")

    assert [(line["status"], line["reason"]) for line in access_lines(caplog)] == [(503, "shutting down")]


async def test_the_access_line_is_written_once_the_response_is_complete(caplog: pytest.LogCaptureFixture) -> None:
    async def goes_on(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("found")(scope, receive, send)
        assert len(access_lines(caplog)) == 1

    await AccessLog(goes_on)(SCOPE, AsyncMock(), AsyncMock())

    assert len(access_lines(caplog)) == 1


async def test_a_request_without_a_response_leaves_an_access_line_too(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ZeroDivisionError):
        await AccessLog(AsyncMock(side_effect=ZeroDivisionError))(SCOPE, AsyncMock(), AsyncMock())

    assert [line["status"] for line in access_lines(caplog)] == [0]


async def test_an_access_line_fits_into_one_write_whatever_the_client_sends(caplog: pytest.LogCaptureFixture) -> None:
    scope: Scope = {**SCOPE, "method": "X" * 5_000, "raw_path": b'"\xff\x9b' * 10_000}

    await AccessLog(PlainTextResponse("found"))(scope, AsyncMock(), AsyncMock())

    (record,) = access_records(caplog)
    written = LineFormatter(json=True, request_id=current_request_id).format(record)
    assert len(written.encode()) < 4_000
    assert "\x9b" not in LineFormatter(json=False, request_id=current_request_id).format(record)


def client_with(settings: Settings, cors_origins: str) -> TestClient:
    return TestClient(build_application(structs.replace(settings, app=AppSettings(cors_origins=cors_origins))))


@pytest.mark.parametrize(
    ("origins", "allowed"),
    [("", None), ("https://shop.example,https://b.example", "https://shop.example"), ("*", "*")],
    ids=["none", "some", "all"],
)
def test_web_pages_of_the_origins_in_the_settings_may_call(
    settings: Settings, origins: str, allowed: str | None
) -> None:
    asked = {"origin": "https://shop.example", "access-control-request-method": "GET"}
    with client_with(settings, origins) as client:
        preflight, response = client.options("/healthz", headers=asked), client.get("/healthz", headers=asked)

    assert preflight.status_code == (200 if allowed else 405)
    for answer in (preflight, response):
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["x-request-id"]


def test_web_pages_of_other_origins_may_not_call(settings: Settings) -> None:
    with client_with(settings, "https://shop.example") as client:
        response = client.get("/healthz", headers={"origin": "https://shop.example.evil.example"})

    assert "access-control-allow-origin" not in response.headers

from unittest.mock import AsyncMock

import pytest
from msgspec import structs
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Scope

from {{ package }}.api.middleware import Requests
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import AppSettings, Settings

from tests.fixtures.access_lines import access_lines


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("abc-1234.x_Y", True), ("short", False), ("has space in it", False), ("x" * 65, False)],
)
def test_a_valid_request_id_is_kept_and_any_other_is_replaced_by_a_new_one(client: TestClient, sent: str, *, kept: bool) -> None:
    ids = {client.get("/healthz", headers={"x-request-id": sent}).headers["x-request-id"] for _ in range(2)}

    assert (ids == {sent}) is kept
    assert kept or [len(request_id) for request_id in ids] == [32, 32]


def test_a_request_leaves_one_access_line_without_its_query_and_with_the_start_of_a_long_path(
    caplog: pytest.LogCaptureFixture, client: TestClient
) -> None:
    client.get(f"/{'x' * 2_000}?token=secret")

    (line,) = access_lines(caplog)
    assert (line["method"], line["path"], line["status"]) == ("GET", f"/{'x' * 999}", 404)
    assert "secret" not in str(line)


async def test_a_request_without_a_response_leaves_an_access_line_too(caplog: pytest.LogCaptureFixture) -> None:
    scope: Scope = {"type": "http", "method": "GET", "raw_path": b"/", "headers": []}

    with pytest.raises(ZeroDivisionError):
        await Requests(AsyncMock(side_effect=ZeroDivisionError))(scope, AsyncMock(), AsyncMock())

    assert [line["status"] for line in access_lines(caplog)] == [0]


async def test_only_the_probes_themselves_leave_no_access_line(caplog: pytest.LogCaptureFixture) -> None:
    for path in (b"/proxy/healthz", b"/proxy/vans/healthz"):
        scope: Scope = {"type": "http", "method": "GET", "root_path": "/proxy", "raw_path": path, "headers": []}
        await Requests(PlainTextResponse("found"))(scope, AsyncMock(), AsyncMock())

    assert [line["path"] for line in access_lines(caplog)] == ["/proxy/vans/healthz"]


@pytest.mark.parametrize(("origins", "allowed"), [("", None), ("https://a.test,https://b.test", "https://b.test")])
def test_web_pages_of_the_origins_in_the_settings_may_call(
    settings: Settings, origins: str, allowed: str | None
) -> None:
    asked = {"origin": "https://b.test", "access-control-request-method": "GET"}
    application = build_application(structs.replace(settings, app=AppSettings(cors_origins=origins)))
    with TestClient(application) as client:
        preflight, response = client.options("/healthz", headers=asked), client.get("/healthz", headers=asked)

    for answer in (preflight, response):
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["x-request-id"]

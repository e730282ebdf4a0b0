import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from tests.fixtures.access_lines import access_lines
from tests.fixtures.client import TestClient
from tests.fixtures.routes import add_route


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("abc-1234.x_Y", True), ("short", False), ("has space in it", False), ("x" * 65, False), ("new\\line-1", False)],
)
def test_a_valid_request_id_is_kept_and_any_other_is_replaced_by_a_new_one(
    client: TestClient, sent: str, *, kept: bool
) -> None:
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


@pytest.mark.parametrize(("route", "media_type"), [("/bare", "application/problem+json"), ("/admin/bare", "text/html")])
def test_an_error_without_a_document_gets_one_but_not_in_the_admin(
    client: TestClient, route: str, media_type: str
) -> None:
    def bare(_request: HttpRequest) -> HttpResponse:
        return HttpResponseNotAllowed(["PUT"])

    add_route(route, bare)

    response = client.get(route)

    assert (response.status_code, response.headers["allow"]) == (405, "PUT")
    assert response.headers["content-type"].partition(";")[0] == media_type


def test_browsers_run_and_load_only_what_comes_from_here(client: TestClient) -> None:
    response = client.get("/nowhere")

    policy = response.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= set(policy)
    assert response.headers["x-frame-options"] == "DENY"


def test_the_files_of_the_admin_are_served_as_installed(client: TestClient) -> None:
    response = client.get("/static/admin/css/base.css")

    assert (response.status_code, response.headers["content-type"]) == (200, 'text/css; charset="utf-8"')

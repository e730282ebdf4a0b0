{% set validates = "+example" in uses or slot("tests.application") %}
"""Every error is a problem document that gives nothing away."""

import pytest
from starlette.testclient import TestClient

from tests.fixtures.example import METHOD, PATH
from tests.fixtures.routes import add_error
from tests.fixtures.wire import document{{ ", places" if validates }}

SECRET = "hunter2"  # noqa: S105 - the tests look for it


@pytest.mark.parametrize(
    ("method", "path", "status", "problem_type"),
    [
        ("GET", "/nowhere", 404, "about:blank"),
        ("POST", "/healthz", 405, "about:blank"),
{% if validates %}
        (METHOD, PATH, 422, "urn:problem-type:{{ name }}:invalid-request"),
{% endif %}
    ],
)
def test_errors_are_problem_documents_with_a_type(
    client: TestClient, method: str, path: str, status: int, problem_type: str
) -> None:
    response = client.request(method, path)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-request-id"]
    assert document(response).items() >= {"status": status, "type": problem_type}.items()


def test_an_unhandled_error_is_logged_once_and_its_response_has_only_the_request_id(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    add_error(client, "/broken", RuntimeError(SECRET))

    response = client.get("/broken", headers={"x-request-id": "traced-12345"})

    assert (response.status_code, response.headers["x-request-id"]) == (500, "traced-12345")
    assert document(response)["request_id"] == "traced-12345"
    assert SECRET not in response.text
    assert [record.message for record in caplog.records if record.exc_info] == ["unhandled error"]


{% if validates %}
@pytest.mark.parametrize("body", [b"", b"{", b"[]"])
def test_a_body_that_is_no_json_object_is_named(client: TestClient, body: bytes) -> None:
    response = client.request(METHOD, PATH, content=body, headers={"content-type": "application/json"})

    assert response.status_code == 422
    assert places(response) == ["body"]


def test_the_response_to_thousands_of_wrong_fields_is_bounded_and_repeats_no_value(client: TestClient) -> None:
    response = client.request(METHOD, PATH, json={f"{number}{'x' * 300}": SECRET for number in range(2_000)})

    assert response.status_code == 422
    assert len(response.content) < 15_000
    assert SECRET not in response.text


{% endif %}
def test_a_path_with_an_extra_slash_is_not_found_instead_of_redirected(client: TestClient) -> None:
    assert client.get("/healthz/", headers={"host": "elsewhere.example"}).status_code == 404

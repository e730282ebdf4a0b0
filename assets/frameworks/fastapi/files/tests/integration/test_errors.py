"""Every error is a problem document, and none gives anything away."""

import logging

from uuid import uuid4
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from {{ package }}.domain.errors import Unavailable
from tests.fixtures.wire import Json, document
from tests.fixtures.{{ noun }}_json import SENT

SECRET = "hunter2"  # noqa: S105 - planted to be looked for


@pytest.fixture
def breaking(client: TestClient) -> TestClient:
    """Add routes that fail in ways no real one should."""
    app = client.app
    assert isinstance(app, FastAPI)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError(SECRET)

    @app.get("/unavailable")
    async def unavailable() -> None:
        dependency = "ledger"
        raise Unavailable(dependency, SECRET, retry_after=7)

    _ = broken, unavailable
    return client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/{{ slug }}", 405),
        ("POST", "/healthz", 405),
        ("GET", "/{{ slug }}/not-a-uuid", 422),
        ("GET", "/broken", 500),
        ("GET", "/unavailable", 503),
    ],
)
def test_errors_are_problem_documents(breaking: TestClient, method: str, path: str, status: int) -> None:
    response = breaking.request(method, path)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert document(response).keys() >= {"type", "title"}
    assert document(response)["status"] == status
    assert SECRET not in response.text


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"text"', b""])
def test_a_body_that_is_no_document_is_refused(client: TestClient, body: bytes) -> None:
    response = client.post("/{{ slug }}", content=body, headers={"content-type": "application/json"})

    assert response.status_code in {400, 422}
    assert response.headers["content-type"] == "application/problem+json"


def test_an_unhandled_error_is_logged_once_with_its_request_id(
    breaking: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = breaking.get("/broken", headers={"x-request-id": "traced-12345"})

    assert document(response)["request_id"] == "traced-12345"
    assert [record.message for record in caplog.records] == ["unhandled error"]


def test_an_outage_says_which_dependency_and_when_to_try_again(breaking: TestClient) -> None:
    response = breaking.get("/unavailable")

    assert response.headers["retry-after"] == "7"
    assert document(response)["type"] == "urn:problem-type:{{ name }}:dependency-unavailable"
    assert document(response)["detail"] == "The ledger is unavailable."


@pytest.mark.parametrize(
    ("path", "problem_type"),
    [
        (f"/{{ slug }}/{uuid4()}", "urn:problem-type:{{ name }}:{{ noun | replace("_", "-") }}-not-found"),
        ("/{{ slug }}/not-a-uuid", "urn:problem-type:{{ name }}:invalid-request"),
        ("/nowhere", "about:blank"),
    ],
)
def test_clients_can_switch_on_the_type_of_a_problem(client: TestClient, path: str, problem_type: str) -> None:
    assert document(client.get(path))["type"] == problem_type


def test_a_flood_of_wrong_fields_gets_a_bounded_answer(client: TestClient) -> None:
    flood = {f"{number}{'x' * 300}": 1 for number in range(500)}

    response = client.post("/{{ slug }}", json={**SENT, **flood})

    assert response.status_code == 422
    assert len(response.content) < 20_000


def test_a_path_with_a_slash_too_many_is_not_found_instead_of_redirected(client: TestClient) -> None:
    assert client.get("/{{ slug }}/", headers={"host": "elsewhere.example"}).status_code == 404


def test_what_was_sent_is_not_sent_back(client: TestClient) -> None:
    sent: Json = {**SENT, "password": SECRET}

    assert SECRET not in client.post("/{{ slug }}", json=sent).text

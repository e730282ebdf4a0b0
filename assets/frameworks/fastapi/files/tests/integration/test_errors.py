"""Every error is a problem document that gives nothing away."""

import logging

import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.testclient import TestClient

from tests.fixtures.routes import add_error
from tests.fixtures.wire import document

SECRET = "hunter2"  # noqa: S105 - the tests look for it


class Note(BaseModel, extra="forbid"):
    text: str


async def take_note(number: int, note: Note) -> None:
    pytest.fail(f"note {number} is valid: {note}")


@pytest.fixture
def client(client: TestClient) -> TestClient:
    """Add routes that fail, and one that validates."""
    add_error(client, "/broken", RuntimeError(SECRET))
    assert isinstance(client.app, FastAPI)
    client.app.add_api_route("/notes/{number}", take_note, methods=["POST"])
    return client


@pytest.mark.parametrize(
    ("method", "path", "status", "problem_type"),
    [
        ("GET", "/nowhere", 404, "about:blank"),
        ("POST", "/healthz", 405, "about:blank"),
        ("POST", "/notes/x", 422, "urn:problem-type:{{ name }}:invalid-request"),
        ("GET", "/broken", 500, "about:blank"),
    ],
)
def test_errors_are_problem_documents_with_a_type(
    client: TestClient, method: str, path: str, status: int, problem_type: str
) -> None:
    response = client.request(method, path)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert document(response).items() >= {"status": status, "type": problem_type}.items()
    assert SECRET not in response.text


def test_an_unhandled_error_is_logged_once_with_its_request_id(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.get("/broken", headers={"x-request-id": "traced-12345"})

    assert document(response)["request_id"] == "traced-12345"
    assert [record.message for record in caplog.records] == ["unhandled error"]


def test_the_response_to_thousands_of_wrong_fields_is_bounded(client: TestClient) -> None:
    response = client.post("/notes/1", json={f"{number}{'x' * 300}": 1 for number in range(500)})

    assert response.status_code == 422
    assert len(response.content) < 20_000


def test_a_path_with_an_extra_slash_is_not_found_instead_of_redirected(client: TestClient) -> None:
    assert client.get("/healthz/", headers={"host": "elsewhere.example"}).status_code == 404


def test_what_was_sent_is_not_sent_back(client: TestClient) -> None:
    assert SECRET not in client.post("/notes/1", json={"text": "x", "password": SECRET}).text

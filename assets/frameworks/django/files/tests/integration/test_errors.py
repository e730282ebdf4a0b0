"""Every error is a problem document that gives nothing away."""

import pytest
from ninja.errors import HttpError
from {{ package }}.domain.models import New{{ Noun }}
from {{ package }}.domain.{{ service_module }} import {{ Noun }}Service
from {{ package }}.infrastructure.db.models import {{ Noun }}Row
from {{ package }}.infrastructure.logging import LineFormatter
from tests.fixtures.client import TestClient
{% if "+example" in uses %}
from tests.fixtures.example import BODY, METHOD, PATH
{% else %}
from uuid import UUID
from tests.fixtures.{{ noun }}_json import URL
{% endif %}
from tests.fixtures.routes import add_error
from tests.fixtures.wire import document, places

SECRET = "hunter2"  # noqa: S105 - the tests look for it


@pytest.mark.parametrize(
    ("method", "path", "status", "problem_type"),
    [
        ("GET", "/nowhere", 404, "about:blank"),
{% if "+example" in uses %}
        ("PUT", PATH, 405, "about:blank"),
        (METHOD, PATH, 422, "urn:problem-type:{{ name }}:invalid-request"),
{% else %}
        ("PUT", f"{URL}/{UUID(int=0)}", 405, "about:blank"),
{% endif %}
        ("GET", "/broken", 500, "about:blank"),
    ],
)
def test_errors_are_problem_documents_with_a_type(
    client: TestClient, method: str, path: str, status: int, problem_type: str
) -> None:
    add_error("/broken", RuntimeError(SECRET))

    response = client.request(method, path)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-request-id"]
    assert document(response).items() >= {"status": status, "type": problem_type}.items()
    assert SECRET not in response.text


def test_an_unhandled_error_is_logged_once_with_its_request_id_and_without_a_query(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    add_error("/broken", RuntimeError(SECRET))

    response = client.get("/broken?token=s3cret", headers={"x-request-id": "traced-12345"})

    assert document(response)["request_id"] == "traced-12345"
    (record,) = [record for record in caplog.records if record.exc_info]
    assert record.message == "Internal Server Error: /broken"
    assert "s3cret" not in LineFormatter(json=True).format(record)


{% if "+example" in uses %}
def test_the_response_to_thousands_of_wrong_fields_is_bounded_and_repeats_no_value(client: TestClient) -> None:
    response = client.request(METHOD, PATH, json={f"{number}{'x' * 300}": SECRET for number in range(2_000)})

    assert response.status_code == 422
    assert len(response.content) < 20_000
    assert SECRET not in response.text


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"[]", b"1"])
def test_a_body_that_is_no_json_object_is_refused(client: TestClient, body: bytes) -> None:
    response = client.request(METHOD, PATH, content=body, headers={"content-type": "application/json"})

    assert response.status_code == 422
    assert places(response) == ["body"]


def test_an_error_of_a_route_keeps_its_status_whatever_caused_it_and_undoes_what_was_stored(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = HttpError(503, "Busy.")
    refused.__cause__ = LookupError()
    create = {{ Noun }}Service.create

    def create_and_fail(service: {{ Noun }}Service, new: New{{ Noun }}) -> None:
        create(service, new)
        raise refused

    monkeypatch.setattr({{ Noun }}Service, "create", create_and_fail)

    assert client.request(METHOD, PATH, json=BODY).status_code == 503
    assert not {{ Noun }}Row.objects.exists()


{% endif %}
def test_a_path_with_an_extra_slash_is_not_found_instead_of_redirected(client: TestClient) -> None:
    assert client.get(f"{ {{- "PATH" if "+example" in uses else "URL" -}} }/").status_code == 404

from typing import cast
import pytest
from starlette.testclient import TestClient
from {{ package }}.infrastructure.config import AppSettings
from tests.fixtures.wire import Json, document, member

PROBLEM = "application/problem+json"


@pytest.fixture
def operations(client: TestClient) -> dict[str, Json]:
    openapi = document(client.get("/openapi.json"))
    assert "Problem" in member(openapi, "components", "schemas")
    paths = member(openapi, "paths")
    found = {f"{method.upper()} {path}": member(paths, path, method) for path in paths for method in member(paths, path)}
    assert found
    return found


def test_every_error_is_documented_as_a_problem(operations: dict[str, Json]) -> None:
    for name, operation in operations.items():
        responses = member(operation, "responses")
        errors = [status for status in responses if status >= "4"]
        assert {"400", "422", "500", "503"} <= set(errors), name
        assert {tuple(member(responses, status, "content")) for status in errors} == {(PROBLEM,)}, name


def test_routes_that_take_a_body_document_that_it_may_be_too_large_or_too_slow(operations: dict[str, Json]) -> None:
    for name in [name for name in operations if name.startswith(("POST", "PUT", "PATCH"))]:
        assert {"408", "413"} <= member(operations[name], "responses").keys(), name


def test_operation_ids_are_the_names_of_functions_without_path_and_method(operations: dict[str, Json]) -> None:
    for name, operation in operations.items():
        method, _ = name.lower().split()
        assert not str(operation["operationId"]).endswith(f"_{method}")
{% if "+idempotent" in uses %}


def test_the_idempotency_key_is_documented_as_required(operations: dict[str, Json]) -> None:
    for name in ({% for one in resources if one.idempotent %}"POST {{ one.path }}", {% endfor %}):
        parameters = cast("list[Json]", operations[name]["parameters"])
        assert ("Idempotency-Key", True) in [(parameter["name"], parameter["required"]) for parameter in parameters]
{% endif %}


def test_documentation_pages_are_off_in_production_unless_asked_for() -> None:
    assert AppSettings().docs
    assert not AppSettings(app_env="production").docs
    assert AppSettings(app_env="production", docs_enabled=True).docs

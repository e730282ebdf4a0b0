import pytest
from starlette.testclient import TestClient

from {{ package }}.infrastructure.config import AppSettings

from tests.fixtures.documented import member
from tests.fixtures.wire import Json, document


@pytest.fixture
def operations(client: TestClient) -> list[tuple[str, Json]]:
    """Return the method and the documentation of every operation."""
    paths = member(document(client.get("/openapi.json")), "paths")
    return [(method, member(paths, path, method)) for path in paths for method in member(paths, path)]


def test_every_error_is_documented_as_a_problem(operations: list[tuple[str, Json]]) -> None:
    assert operations
    for method, operation in operations:
        responses = member(operation, "responses")
        errors = {status for status in responses if status >= "4"}
        with_body = {"408", "413"} if method in {"post", "put", "patch"} else set[str]()
        assert errors >= {"400", "422", "500", "503"} | with_body
        assert {tuple(member(responses, status, "content")) for status in errors} == {("application/problem+json",)}


def test_operation_ids_are_the_names_of_functions_without_path_and_method(operations: list[tuple[str, Json]]) -> None:
    for method, operation in operations:
        assert not str(operation["operationId"]).endswith(f"_{method}")


def test_documentation_pages_are_off_in_production_unless_asked_for() -> None:
    assert AppSettings().docs
    assert not AppSettings(app_env="production").docs
    assert AppSettings(app_env="production", docs_enabled=True).docs

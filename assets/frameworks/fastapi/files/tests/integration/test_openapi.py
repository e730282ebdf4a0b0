from fastapi import HTTPException
from starlette.testclient import TestClient

from {{ package }}.infrastructure.config import AppSettings

from tests.fixtures.documented import member
from tests.fixtures.routes import add_error
from tests.fixtures.wire import document


def test_every_operation_is_named_after_its_function_and_documents_its_errors_as_problems(client: TestClient) -> None:
    paths = member(document(client.get("/openapi.json")), "paths")
    operations = [(method, member(paths, path, method)) for path in paths for method in member(paths, path)]

    assert operations
    for method, operation in operations:
        responses = member(operation, "responses")
        errors = {status for status in responses if status >= "4"}
        with_body = {"408", "413"} if method in {"post", "put", "patch"} else set[str]()
        assert errors >= {"400", "422", "500", "503"} | with_body
        assert {tuple(member(responses, status, "content")) for status in errors} == {("application/problem+json",)}
        assert not str(operation["operationId"]).endswith(f"_{method}"), "the name has neither path nor method"


def test_a_detail_that_is_no_text_is_written_as_text(client: TestClient) -> None:
    add_error(client, "/odd", HTTPException(409, {"left": 3}))

    response = client.get("/odd")

    assert (response.status_code, document(response)["detail"]) == (409, "{'left': 3}")


def test_documentation_pages_are_off_in_production_unless_asked_for() -> None:
    assert AppSettings().docs
    assert not AppSettings(app_env="production").docs
    assert AppSettings(app_env="production", docs_enabled=True).docs

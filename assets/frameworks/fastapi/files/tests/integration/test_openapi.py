from typing import cast
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient
from tests.fixtures.wire import Json, document, member

PROBLEM = "application/problem+json"


@pytest.fixture
def openapi(client: TestClient) -> Json:
    return document(client.get("/openapi.json"))


@pytest.fixture
def operations(openapi: Json) -> dict[str, Json]:
    paths = member(openapi, "paths")
    found = {f"{method.upper()} {path}": member(paths, path, method) for path in paths for method in member(paths, path)}
    assert found
    return found


def references(node: object) -> set[str]:
    if isinstance(node, dict):
        children = cast("Json", node)
        return {str(children["$ref"])} if "$ref" in children else set[str]().union(*map(references, children.values()))
    return set[str]().union(*map(references, cast("list[object]", node))) if isinstance(node, list) else set()


def test_every_reference_resolves(openapi: Json) -> None:
    found = references(openapi)

    assert found
    for reference in found:
        assert member(openapi, *reference.removeprefix("#/").split("/"))


def test_every_error_is_documented_as_a_problem(operations: dict[str, Json]) -> None:
    for name, operation in operations.items():
        responses = member(operation, "responses")
        errors = [status for status in responses if status >= "4"]
        assert {"400", "422", "500", "503"} <= set(errors), name
        assert {tuple(member(responses, status, "content")) for status in errors} == {(PROBLEM,)}, name


def test_routes_that_take_a_body_document_that_it_may_be_too_large_or_too_slow(operations: dict[str, Json]) -> None:
    for name in [name for name in operations if name.startswith(("POST", "PUT", "PATCH"))]:
        assert {"408", "413"} <= member(operations[name], "responses").keys(), name


def test_operation_ids_are_the_names_of_the_functions(client: TestClient, operations: dict[str, Json]) -> None:
    assert isinstance(client.app, FastAPI)
    documented = {operation["operationId"] for operation in operations.values()}

    functions = {getattr(route.endpoint, "__name__", "") for route in iter_route_contexts(client.app.routes)}
    assert documented <= functions

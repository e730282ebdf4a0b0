"""The OpenAPI document tells the truth: what it promises is what comes back."""

import re
from typing import cast
from uuid import uuid4
import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from tests.fixtures import wire
from tests.fixtures.wire import Json
from tests.fixtures.{{ noun }}_json import SENT

URL = "/{{ slug }}"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def made() -> Json:
    return {}


@pytest.fixture
def document(client: TestClient, made: Json) -> Json:
    """Have the document made once: that takes longer than any request."""
    if not made:
        made.update(wire.document(client.get("/openapi.json")))
    return made


def at(node: object, *steps: str) -> Json:
    for step in steps:
        node = cast("Json", node)[step]
    return cast("Json", node)


def references(node: object) -> set[str]:
    if isinstance(node, dict):
        children = cast("Json", node)
        found = {str(children["$ref"])} if "$ref" in children else set[str]()
        return found.union(*(references(child) for child in children.values()))
    if isinstance(node, list):
        return set[str]().union(*(references(child) for child in cast("list[object]", node)))
    return set()


def promised(document: Json, response: Response) -> Json:
    """Return what the document says of this answer."""
    method, path, status = response.request.method, response.request.url.path, str(response.status_code)
    answered = f"{method} {path} answered {status}"
    routes = [route for route in at(document, "paths") if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), path)]
    assert routes, f"{answered}, and the document has no such path"
    route = at(document, "paths", min(routes, key=lambda route: route.count("{")))
    assert method.lower() in route, f"{answered}, and the document has no such method on that path"
    listed = at(route, method.lower(), "responses")
    assert status in listed, f"{answered}, which its route does not list"
    return at(listed, status)


def test_every_reference_leads_somewhere(document: Json) -> None:
    found = references(document)

    assert found
    for reference in found:
        assert at(document, *reference.removeprefix("#/").split("/"))


def test_every_error_is_documented_as_a_problem(document: Json) -> None:
    operations = [at(path, method) for path in at(document, "paths").values() for method in cast("Json", path)]
    errors = [
        at(answer, "content")
        for operation in operations
        for status, answer in at(operation, "responses").items()
        if status >= "4"
    ]

    assert len(errors) >= 3 * len(operations) > 0
    assert {tuple(content) for content in errors} == {(PROBLEM,)}


def test_whatever_may_be_sent_a_body_says_that_it_can_be_too_large_or_too_slow(document: Json) -> None:
    for path, operations in at(document, "paths").items():
        for method in {"post", "put", "patch"}.intersection(cast("Json", operations)):
            listed = at(operations, method, "responses").keys()
            assert listed >= {"408", "413"}, f"{method.upper()} {path} does not list 408 and 413"


# A new route needs its rows, one for each answer: only what stands here is compared.
@pytest.mark.parametrize(
    ("asked", "body", "status"),
    [
        (f"POST {URL}", SENT, 201),
        (f"POST {URL}", {"not_a_field": 1}, 422),
        (f"GET {URL}", None, 200),
        (f"GET {URL}?limit=0", None, 422),
        (f"GET {URL}/{uuid4()}", None, 404),
        (f"GET {URL}/x", None, 422),
    ],
)
def test_what_is_answered_is_what_is_documented(
    client: TestClient, document: Json, asked: str, body: Json | None, status: int
) -> None:
    response = client.request(*asked.split(), json=body)

    answer = promised(document, response)
    content = cast("Json", answer.get("content", {}))
    assert response.status_code == status
    assert ", ".join(content) == (response.headers["content-type"] if response.content else "")
    assert [name for name in cast("Json", answer.get("headers", {})) if name not in response.headers] == []


def test_operation_ids_are_the_names_of_the_functions(document: Json) -> None:
    assert at(document, "paths", URL, "post")["operationId"] == "create_{{ noun }}"


def test_the_location_of_what_is_created_is_documented(document: Json) -> None:
    assert at(document, "paths", URL, "post", "responses", "201", "headers", "Location")


@pytest.mark.parametrize(("schema", "method"), [("{{ Noun }}Out", "post"), ("Problem", "patch")])
def test_answers_have_the_members_that_are_documented(
    client: TestClient, document: Json, schema: str, method: str
) -> None:
    answer = wire.document(client.request(method, URL, json=SENT))

    documented = at(document, "components", "schemas", schema)
    assert answer.keys() <= at(documented, "properties").keys()
    assert answer.keys() >= set(cast("list[str]", documented["required"]))

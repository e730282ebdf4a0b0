"""The OpenAPI document tells the truth: what it promises is what comes back."""

from typing import cast
from uuid import uuid4
import pytest
from starlette.testclient import TestClient
from tests.fixtures import documents
from tests.fixtures.documents import Json
from tests.fixtures.{{ nouns }} import SENT

URL = "/{{ slug }}"
PROBLEM = "application/problem+json"


@pytest.fixture
def document(client: TestClient) -> Json:
    return documents.document(client.get("/openapi.json"))


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


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("post", "", SENT, "201"),
        ("post", "", {}, "422"),
        ("get", "", None, "200"),
        ("get", "?limit=0", None, "422"),
        ("get", f"/{uuid4()}", None, "404"),
        ("get", "/x", None, "422"),
    ],
)
def test_what_is_answered_is_what_is_documented(
    client: TestClient, method: str, path: str, body: Json | None, status: str
) -> None:
    response = client.request(method, URL + path, json=body)

    promised = documents.document(client.get("/openapi.json"))
    template = URL + ("/{{ id_in_path }}" if path.startswith("/") else "")
    content = at(promised, "paths", template, method, "responses", status, "content")
    assert str(response.status_code) == status
    assert list(content) == [response.headers["content-type"]]


@pytest.mark.parametrize(("schema", "method"), [("{{ Noun }}Out", "post"), ("Problem", "patch")])
def test_answers_have_the_members_that_are_documented(
    client: TestClient, document: Json, schema: str, method: str
) -> None:
    answer = documents.document(client.request(method, URL, json=SENT))

    documented = at(document, "components", "schemas", schema)
    assert answer.keys() <= at(documented, "properties").keys()
    assert answer.keys() >= set(cast("list[str]", documented["required"]))

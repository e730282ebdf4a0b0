from typing import cast
from uuid import uuid4
import pytest
from starlette.testclient import TestClient
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import Settings
from tests.fixtures.wire import Json, document, member, places
from tests.fixtures.{{ noun }}_json import SENT, SENT_OTHERWISE, URL


def test_a_new_{{ noun }}_is_found_at_its_location(client: TestClient) -> None:
    created = client.post(URL, json=SENT)

    assert created.status_code == 201
    assert document(created).items() >= SENT.items()
    assert document(client.get(created.headers["location"])) == document(created)


@pytest.mark.parametrize("prefix", ["/api", URL])
def test_behind_a_proxy_that_strips_a_prefix_the_location_has_it(settings: Settings, prefix: str, {{ slot("tests.client_parameters") }}) -> None:
    with TestClient(build_application(settings), root_path=prefix, {{ slot("tests.client_arguments") }}) as client:
        location = client.post(f"{prefix}{URL}", json=SENT).headers["location"]

        assert location.startswith(f"{prefix}{URL}/")
        assert client.get(location).status_code == 200


def test_an_unknown_{{ noun }}_is_not_found(client: TestClient) -> None:
    response = client.get(f"{URL}/{uuid4()}")

    assert response.status_code == 404
    assert document(response)["type"] == "urn:problem-type:{{ name }}:{{ noun | replace("_", "-") }}-not-found"


def test_pages_run_from_the_newest_to_the_oldest(client: TestClient) -> None:
    created = [document(client.post(URL, json=sent)) for sent in (SENT, SENT_OTHERWISE, SENT)]

    first = document(client.get(URL, params={"limit": 2}))
    second = document(client.get(URL, params={"limit": 2, "cursor": str(first["next_cursor"])}))

    assert [*items(first), *items(second)] == created[::-1]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_a_page_has_between_1_and_100_items(client: TestClient, limit: str) -> None:
    assert client.get(URL, params={"limit": limit}).status_code == 422


@pytest.mark.parametrize("cursor", ["", "x", "%00", "MjAyNi0wMS0wMSA=", "é", "x" * 201])
def test_a_made_up_cursor_is_refused(client: TestClient, cursor: str) -> None:
    assert client.get(URL, params={"cursor": cursor}).status_code == 422


{% set required = resource.fields | rejectattr("optional") | list %}
{% if required %}
@pytest.mark.parametrize(
    "missing",
    [
{% for field in required %}
        "{{ field.name }}",
{% endfor %}
    ],
)
def test_a_required_field_must_be_sent(client: TestClient, missing: str) -> None:
    sent = {name: value for name, value in SENT.items() if name != missing}

    assert places(client.post(URL, json=sent)) == [f"body/{missing}"]


{% endif %}
@pytest.mark.parametrize(
    ("name", "value"),
    [
{% for field in resource.fields %}
{% for bad in types[field.type].bad_json %}
        ("{{ field.name }}", {{ bad }}),
{% endfor %}
{% endfor %}
        ("not_a_field", 1),
    ],
)
def test_a_wrong_field_is_named(client: TestClient, name: str, value: object) -> None:
    response = client.post(URL, json={**SENT, name: value})

    assert response.status_code == 422
    assert places(response) == [f"body/{name}"]


# A new route needs a row for each of its responses.
@pytest.mark.parametrize(
    ("operation", "url", "body", "status"),
    [
        (f"post {URL}", URL, SENT, 201),
        (f"post {URL}", URL, {"not_a_field": 1}, 422),
        (f"get {URL}", URL, None, 200),
        (f"get {URL}", f"{URL}?limit=0", None, 422),
        (f"get {URL}" + "/{{ id_in_path }}", f"{URL}/{uuid4()}", None, 404),
        (f"get {URL}" + "/{{ id_in_path }}", f"{URL}/x", None, 422),
    ],
)
def test_responses_are_as_documented(client: TestClient, operation: str, url: str, body: Json | None, status: int) -> None:
    method, path = operation.split()
    response = client.request(method, url, json=body)
    openapi = document(client.get("/openapi.json"))

    assert response.status_code == status
    documented = member(openapi, "paths", path, method, "responses", str(status))
    assert ("Location" in cast("Json", documented.get("headers", {}))) == ("location" in response.headers)
    reference = str(member(documented, "content", response.headers["content-type"], "schema")["$ref"])
    schema = member(openapi, *reference.removeprefix("#/").split("/"))
    assert set(cast("list[str]", schema["required"])) <= document(response).keys() <= set(member(schema, "properties"))


def items(page: Json) -> list[Json]:
    return cast("list[Json]", page["items"])

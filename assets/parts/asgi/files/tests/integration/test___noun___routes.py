from uuid import uuid4
import msgspec
import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from tests.fixtures.wire import Json, document, places
from tests.fixtures.{{ noun }}_json import SENT, SENT_OTHERWISE

URL = "/{{ slug }}"


def test_what_is_created_can_be_fetched_where_its_location_says(client: TestClient) -> None:
    created = client.post(URL, json=SENT)

    assert created.status_code == 201
    assert document(created).items() >= SENT.items()
    assert document(client.get(created.headers["location"])) == document(created)


def test_an_unknown_one_is_not_found(client: TestClient) -> None:
    assert client.get(f"{URL}/{uuid4()}").status_code == 404


def test_a_listing_runs_from_the_newest_to_the_oldest_by_cursor(client: TestClient) -> None:
    created = [document(client.post(URL, json=sent)) for sent in (SENT, SENT_OTHERWISE, SENT)]

    first = page(client.get(URL, params={"limit": 2}))
    second = page(client.get(URL, params={"limit": 2, "cursor": str(first.next_cursor)}))

    assert [*first.items, *second.items] == created[::-1]
    assert second.next_cursor is None


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_a_page_has_between_one_and_a_hundred(client: TestClient, limit: str) -> None:
    assert client.get(URL, params={"limit": limit}).status_code == 422


@pytest.mark.parametrize("cursor", ["", "x", "%00", "MjAyNi0wMS0wMSA=", "é", "x" * 201])
def test_a_cursor_of_somebody_elses_making_is_refused(client: TestClient, cursor: str) -> None:
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
def test_what_does_not_fit_is_named(client: TestClient, name: str, value: object) -> None:
    response = client.post(URL, json={**SENT, name: value})

    assert response.status_code == 422
    assert places(response) == [f"body/{name}"]


class Page(msgspec.Struct):
    items: list[Json]
    next_cursor: str | None


def page(response: Response) -> Page:
    return msgspec.json.decode(response.content, type=Page)

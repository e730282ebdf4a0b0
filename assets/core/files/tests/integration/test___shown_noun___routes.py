{% macro new(fields) %}{% if can_create %}client.post({{ url }}, json={{ fields }}).headers["location"]{% else %}store_{{ noun }}(client, {% if parent %}url, {% endif %}{{ fields }}){% endif %}{% endmacro %}
{% macro stored(fields) %}document({% if can_create %}client.post({{ url }}, json={{ fields }}){% else %}client.get({{ new(fields) }}){% endif %}){% endmacro %}
{% set versioned = "client.post(" ~ url ~ ", json=" ~ json_call ~ ")" if can_create else "client.get(" ~ new(json_call) ~ ")" %}
{% set location = 'created.headers["location"]' if can_create else "created.url.path" %}
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import cast
from uuid import UUID, uuid4
import pytest
{{ partial("client_import") }}
from tests.fixtures.wire import Json, document, places
from tests.fixtures.{{ noun }}_json import {{ nouns ~ "_url" if parent else "URL" }}, {{ noun }}_json{{ ", store_" ~ noun if not can_create }}
{% for target in targets %}
from tests.fixtures.{{ target.noun }}_json import create_{{ target.noun }}
{% endfor %}



{% if parent %}
@pytest.fixture
def url(client: TestClient) -> str:
    return {{ url_call }}


{% endif %}
{% if can_create %}
def test_a_new_{{ noun }}_is_found_at_its_location(client: TestClient{{ url_parameter }}) -> None:
    sent = {{ json_call }}

    created = client.post({{ url }}, json=sent)
    found = client.get(created.headers["location"])

    assert (created.status_code, found.status_code) == (201, 200)
    assert document(found).items() >= sent.items()
    assert document(found) == document(created)
{% for field in readonly_fields %}
    assert document(created)["{{ field.name }}"] {{ "==" if field.default_json not in (none, "True", "False") else "is" }} {{ field.default_json or "None" }}
{% endfor %}
{% if can_patch %}
    assert found.headers["etag"] == created.headers["etag"]
{% endif %}
{% else %}
def test_a_stored_{{ noun }}_is_found(client: TestClient{{ url_parameter }}) -> None:
    fields = {{ json_call }}

    found = client.get({{ new("fields") }})

    assert found.status_code == 200
    assert document(found).items() >= fields.items()
{% for field in readonly_fields %}
    assert document(found)["{{ field.name }}"] {{ "==" if field.default_json not in (none, "True", "False") else "is" }} {{ field.default_json or "None" }}
{% endfor %}


def test_no_client_creates_{{ a_noun | replace(" ", "_") }}(client: TestClient{{ url_parameter }}) -> None:
    assert client.post({{ url }}, json={{ json_call }}).status_code == {{ 405 if can_list else 404 }}
{% endif %}


def test_an_unknown_{{ noun }}_is_not_found(client: TestClient{{ url_parameter }}) -> None:
    response = client.get(f"{ {{- url }}}/{uuid4()}")

    assert response.status_code == 404
    assert document(response)["type"] == "urn:problem-type:{{ name }}:{{ dashed }}-not-found"
{% if parent %}


def test_{{ a_noun | replace(" ", "_") }}_is_found_under_its_own_{{ parent.noun }}_only(client: TestClient{{ url_parameter }}) -> None:
    created = {{ new(json_call) }}

    assert client.get(f"{ {{- nouns }}_url(client)}/{created.rpartition('/')[2]}").status_code == 404
{% if can_list %}
    assert items(document(client.get({{ nouns }}_url(client)))) == []
{% endif %}
{% if can_create or can_list %}


def test_under_an_unknown_{{ parent.noun }}_there_is_nothing(client: TestClient) -> None:
    unknown = f"{{ path | replace("{" ~ parent.field ~ "}", "{uuid4()}") }}"

{% if can_create %}
    assert client.post(unknown, json={{ json_call }}).status_code == 404
{% endif %}
{% if can_list %}
    assert client.get(unknown).status_code == 404
{% endif %}
{% endif %}
{% endif %}
{% if can_list %}


def test_pages_run_from_the_newest_to_the_oldest_and_one_that_just_fits_is_the_last(client: TestClient{{ url_parameter }}) -> None:
    created = [{{ stored(json_call) }} for _ in range(4)]

    first = document(client.get({{ url }}, params={"limit": 2}))
    second = document(client.get({{ url }}, params={"limit": 2, "cursor": str(first["next_cursor"])}))

    assert [*items(first), *items(second)] == created[::-1]
    assert second["next_cursor"] is None
{% for field in filters if field.default_and_other and field.readonly %}


def test_{{ nouns }}_are_listed_by_{{ field.name }}(client: TestClient{{ url_parameter }}) -> None:
    created = {{ stored(json_call) }}

    found = [items(document(client.get({{ url }}, params={"{{ field.name }}": value}))) for value in ({{ field.default_and_other | join(", ") }})]

    assert found == [[created], []]
{% endfor %}
{% for field in filters if field.two and not field.readonly %}


def test_{{ nouns }}_are_listed_by_{{ field.name }}(client: TestClient{{ url_parameter }}) -> None:
{% if field.two == "varied" %}
    one, other = [{{ stored(json_call) }} for _ in range(2)]
{% else %}
    one, other = [{{ stored("{**" ~ json_call ~ ", \"" ~ field.name ~ "\": value}") }} for value in ({{ field.two | join(", ") }})]
{% endif %}

    for wanted in (one, other):
        found = document(client.get({{ url }}, params={"{{ field.name }}": cast("str", wanted["{{ field.name }}"])}))
        assert [item["{{ field.name }}"] for item in items(found)] == [wanted["{{ field.name }}"]]
{% endfor %}
{% if first_to_list %}


def test_the_limit_of_a_page_is_between_1_and_100(client: TestClient{{ url_parameter }}) -> None:
    assert [client.get({{ url }}, params={"limit": limit}).status_code for limit in (0, 1, 100, 101)] == [422, 200, 200, 422]


def test_a_made_up_cursor_is_refused(client: TestClient{{ url_parameter }}) -> None:
    cursors = ["", "x", "MjAyNi0wMS0wMSA=", "é", "x" * 201]

    assert [client.get({{ url }}, params={"cursor": cursor}).status_code for cursor in cursors] == [422] * 5
{% endif %}
{% endif %}


{% set required = sent_fields | rejectattr("optional") | selectattr("default", "none") | list %}
{% set spared = sent_fields | selectattr("default", "string") | list %}
{% if required and can_create %}
def test_a_required_field_must_be_sent(client: TestClient{{ url_parameter }}) -> None:
    for missing in ({% for field in required %}"{{ field.name }}", {% endfor %}):
        sent = {name: value for name, value in {{ json_call }}.items() if name != missing}

        assert places(client.post({{ url }}, json=sent)) == [f"body/{missing}"]


{% endif %}
{% for field in spared if can_create %}
def test_without_{{ field.name }}_its_default_is_stored(client: TestClient{{ url_parameter }}) -> None:
    sent = {name: value for name, value in {{ json_call }}.items() if name != "{{ field.name }}"}

    assert document(client.post({{ url }}, json=sent))["{{ field.name }}"] {{ "is" if field.type == "bool" else "==" }} {{ field.default_json }}


{% endfor %}
{% if received_fields %}
WRONG: list[tuple[str, object]] = [
{% for field in sent_fields %}
{% for bad in types[field.type].bad_json %}
    ("{{ field.name }}", {{ bad }}),
{% endfor %}
{% for bad, _ in field.beyond %}
    ("{{ field.name }}", {{ bad }}),
{% endfor %}
{% endfor %}
{% for field in readonly_fields %}
    ("{{ field.name }}", {{ field.default_json or field.json }}),
{% endfor %}
    ("not_a_field", 1),
]


def test_a_wrong_field_is_named(client: TestClient{{ url_parameter }}) -> None:
{% if can_create %}
    sent = {{ json_call }}
    for name, value in WRONG:
        response = client.post({{ url }}, json={**sent, name: value})
{% else %}
    created = {{ versioned }}
    for name, value in WRONG:
        response = client.patch(created.url.path, json={name: value}, headers={"If-Match": created.headers["etag"]})
{% endif %}

        assert response.status_code == 422, f"{name}={value!r}"
        assert places(response) == [f"body/{name}"]
{% endif %}
{% for field in sent_fields if field.target and can_create %}


def test_a_{{ field.name }}_that_does_not_exist_is_named(client: TestClient{{ url_parameter }}) -> None:
    response = client.post({{ url }}, json={**{{ json_call }}, "{{ field.name }}": str(uuid4())})

    assert response.status_code == 422
    assert places(response) == ["body/{{ field.name }}"]
{% endfor %}
{% for columns in uniques %}


def test_{{ columns | join("_and_") }}_{{ "are" if columns | length > 1 else "is" }}_unique(client: TestClient{{ url_parameter }}) -> None:
    first, second = {{ json_call }}, {{ json_call }}
{% for column in columns if not (parent and column == parent.field) %}
    second["{{ column }}"] = first["{{ column }}"]
{% endfor %}
{% if can_create %}
    client.post({{ url }}, json=first)

    response = client.post({{ url }}, json=second)

    assert response.status_code == 409
    assert document(response)["type"] == "urn:problem-type:{{ name }}:{{ dashed }}-not-unique"
{% else %}
    {{ new("first") }}

    with pytest.raises(AssertionError, match="NotUnique"):
        {{ new("second") }}
{% endif %}
{% endfor %}
{% if can_patch %}


def test_an_update_changes_what_is_sent_and_the_etag(client: TestClient{{ url_parameter }}) -> None:
    created = {{ versioned }}
    place, sent = {{ location }}, {{ json_call }}

    changed = client.patch(place, json=sent, headers={"If-Match": created.headers["etag"]})
    found = client.get(place)

    assert changed.status_code == 200
    assert changed.headers["etag"] == found.headers["etag"] != created.headers["etag"]
    assert document(found) == document(changed) == {**document(created), **sent, "version": 2}


def test_an_update_leaves_what_is_not_sent(client: TestClient{{ url_parameter }}) -> None:
    created = {{ versioned }}

    changed = client.patch({{ location }}, json={}, headers={"If-Match": created.headers["etag"]})

    assert document(changed) == {**document(created), "version": 2}


@pytest.mark.parametrize(("headers", "status"), [({}, 428), ({"If-Match": "*"}, 412), ({"If-Match": '"0"'}, 412)])
def test_an_update_needs_the_etag_of_the_stored_version(
    client: TestClient{{ url_parameter }}, headers: dict[str, str], status: int
) -> None:
    created = {{ versioned }}
    place = {{ location }}

    assert client.patch(place, json={}, headers=headers).status_code == status
    assert client.get(place).headers["etag"] == created.headers["etag"]


{{ partial("committing") }}
def test_of_two_updates_at_once_one_wins(client: TestClient{{ url_parameter }}) -> None:
    created = {{ versioned }}
    place, headers = {{ location }}, {"If-Match": created.headers["etag"]}

    def update(_number: int) -> int:
        return client.patch(place, json={}, headers=headers).status_code

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(update, range(2))) == [200, 412]


def test_an_update_of_an_unknown_{{ noun }}_is_not_found(client: TestClient{{ url_parameter }}) -> None:
    assert client.patch(f"{ {{- url }}}/{uuid4()}", json={}, headers={"If-Match": '"1"'}).status_code == 404
{% if required %}


def test_a_required_field_cannot_be_removed(client: TestClient{{ url_parameter }}) -> None:
    created = {{ versioned }}
    headers = {"If-Match": created.headers["etag"]}

    response = client.patch({{ location }}, json={"{{ required[0].name }}": None}, headers=headers)

    assert places(response) == ["body/{{ required[0].name }}"]
{% endif %}
{% if readonly_fields %}


def test_an_update_cannot_set_what_only_the_service_sets(client: TestClient{{ url_parameter }}) -> None:
    created = {{ versioned }}
    headers = {"If-Match": created.headers["etag"]}
    for name in ({% for field in readonly_fields %}"{{ field.name }}", {% endfor %}):
        sent = {name: document(created)[name]}

        assert places(client.patch({{ location }}, json=sent, headers=headers)) == [f"body/{name}"]
{% endif %}
{% endif %}
{% if can_remove %}


def test_a_deleted_{{ noun }}_is_gone(client: TestClient{{ url_parameter }}) -> None:
    place = {{ new(json_call) }}

    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 404
    assert client.delete(place).status_code == 404
{% endif %}
{% for target in deletable_targets if target.can_remove %}


def test_{{ target.a_noun | replace(" ", "_") }}_is_not_deleted_while_{{ a_noun | replace(" ", "_") }}_refers_to_it{{ "_as_" ~ target.role if target.role }}(client: TestClient{{ url_parameter if not target.is_parent }}) -> None:
    referred = create_{{ target.noun }}(client)
{% if target.is_parent %}
    {{ "client.post" if can_create else "store_" ~ noun }}({{ "client, " if not can_create }}f"/{{ target.slug }}/{referred['id']}/{{ slug }}", {{ "json=" if can_create }}{{ json_call }})
{% else %}
{% set referring = "{**" ~ json_call ~ ", \"" ~ target.field ~ "\": referred[\"id\"]}" %}
    {{ "client.post(" ~ url ~ ", json=" ~ referring ~ ")" if can_create else new(referring) }}
{% endif %}

    response = client.delete({{ target.place }})

    assert response.status_code == 409
    assert document(response)["type"] == "urn:problem-type:{{ name }}:{{ target.dashed }}-still-referenced"
{% endfor %}
{% if can_list %}


def items(page: Json) -> list[Json]:
    return cast("list[Json]", page["items"])
{% endif %}

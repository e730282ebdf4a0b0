{% set new_document = "document(client.post(" ~ url ~ ", json=" ~ json_call ~ "))" if can_create else "create_" ~ noun ~ "(client)" if not can_get else "document(client.get(store_" ~ noun ~ "(client, " ~ ("url, " if parent) ~ json_call ~ ")))" %}
"""The pages of {{ nouns_words }} in the back office."""

from dataclasses import asdict, replace
from uuid import uuid4
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
import msgspec
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
{{ partial("client_import") }}
from {{ package }}.domain.models import New{{ Noun }}
from {{ package }}.infrastructure.db.models import {{ Noun }}Row
{% for target in deletable_targets %}
from {{ package }}.infrastructure.db.models import {{ target.Noun }}Row
from tests.fixtures.{{ target.noun }}_json import create_{{ target.noun }}
{% endfor %}
{% if parent and can_update %}
from tests.fixtures.{{ parent.noun }}_json import create_{{ parent.noun }}
{% endif %}
from tests.fixtures.forms import form_of
from tests.fixtures.wire import Json, document
from tests.fixtures.{{ noun }}_json import {{ nouns ~ "_url" if parent else "URL" if can_get else "create_" ~ noun }}, {{ noun }}_json{{ ", store_" ~ noun if can_get and not can_create }}

LIST = "/admin/db/{{ Noun | lower }}row/"


{% if parent %}
@pytest.fixture
def url(client: TestClient) -> str:
    return {{ url_call }}


{% endif %}
@pytest.fixture
def stored(client: TestClient{{ url_parameter }}) -> Json:
    return {{ new_document }}


def page_of(stored: Json, page: str) -> str:
    return f"{LIST}{stored['id']}/{page}/"
{% if staff_create or can_update %}


def entered(sent: Json) -> dict[str, object]:
    """Return what was sent as the fields of the domain have it."""
    return asdict(msgspec.convert(sent, New{{ Noun }}))
{% endif %}
{% if fields | selectattr("target") | list %}


def test_a_list_takes_as_many_queries_for_33_{{ nouns }}_as_for_3(admin_client: Client, client: TestClient) -> None:
    queries: list[int] = []
    for more in (3, 30):
        for _ in range(more):
            {{ "client.post(" ~ url_call ~ ", json=" ~ json_call ~ ")" if can_create else new_place }}
        with CaptureQueriesContext(connection) as captured:
            page = admin_client.get(LIST).content.decode()
        queries.append(len(captured))

    assert page.count("/change/") == 33
    assert queries[0] == queries[1]
{% endif %}


def test_a_search_finds_one_{{ noun }}_by_its_id(admin_client: Client, client: TestClient{{ url_parameter }}, stored: Json) -> None:
    other = {{ new_document }}

    page = admin_client.get(LIST, {"q": str(stored["id"])}).content.decode()

    assert f"/{stored['id']}/change/" in page
    assert f"/{other['id']}/change/" not in page
{% set optional = sent_fields | selectattr("optional") | list %}
{% if staff_create %}


{% if optional %}
def test_an_added_{{ noun }}_is_what_was_entered_and_none_where_nothing_was(admin_client: Client, {{ "client: TestClient, " if takes_client }}stored: Json) -> None:
    before = {{ Noun }}Row.objects.get().to_domain()
    assert admin_client.get(f"{LIST}add/").status_code == 200
    empty = { {% for field in optional %}"{{ field.name }}": None, {% endfor %}}

    for sent in ({**stored, **{{ json_call }}}, {**stored, **{{ json_call }}, **empty}):
        response = admin_client.post(f"{LIST}add/", form_of(sent))

        assert response.status_code == 302
        added = {{ Noun }}Row.objects.latest("created_at").to_domain()
        assert added == replace(before, id=added.id, created_at=added.created_at, **entered(sent))
{% else %}
def test_an_added_{{ noun }}_is_what_was_entered(admin_client: Client, {{ "client: TestClient, " if takes_client }}stored: Json) -> None:
    before = {{ Noun }}Row.objects.get().to_domain()
    sent = {**stored, **{{ json_call }}}
    assert admin_client.get(f"{LIST}add/").status_code == 200

    response = admin_client.post(f"{LIST}add/", form_of(sent))

    assert response.status_code == 302
    added = {{ Noun }}Row.objects.latest("created_at").to_domain()
    assert added == replace(before, id=added.id, created_at=added.created_at, **entered(sent))
{% endif %}
{% for columns in uniques %}


def test_a_second_{{ noun }}_with_the_same_{{ columns | join("_and_") }}_is_refused(admin_client: Client, {{ "client: TestClient, " if takes_client }}stored: Json) -> None:
    same = { {% for column in columns %}"{{ column }}": stored["{{ column }}"], {% endfor %}}

    response = admin_client.post(f"{LIST}add/", form_of({**stored, **{{ json_call }}, **same}))

    assert "Another {{ noun_words }} has the same {{ columns | join(" and ") }}." in response.content.decode()
    assert {{ Noun }}Row.objects.count() == 1
{% endfor %}
{% endif %}
{% set bounded = sent_fields | selectattr("beyond") | list %}
{% if bounded and (staff_create or can_update) %}


BEYOND = [
{% for field in bounded %}
{% for bad, _ in field.beyond if not (field.optional and bad == '""') %}
    ("{{ field.name }}", {{ bad }}),
{% endfor %}
{% endfor %}
]


def test_a_field_with_a_value_beyond_its_bounds_is_named(admin_client: Client, {{ "client: TestClient, " if takes_client }}stored: Json) -> None:
    for name, value in BEYOND:
        response = admin_client.post({{ 'f"{LIST}add/"' if staff_create else 'page_of(stored, "change")' }}, form_of({**stored, **{{ json_call }}, name: value}))

        assert f'id="id_{name}_error"' in response.content.decode(), f"{name}={value!r}"
    assert {{ Noun }}Row.objects.count() == 1
{% endif %}
{% if can_update %}


def test_a_changed_{{ noun }}_has_what_was_entered_and_keeps_the_rest(admin_client: Client, {{ "client: TestClient, " if takes_client or parent }}stored: Json) -> None:
    sent = {{ json_call }}
    kept = {"id": str(uuid4()){% if parent %}, "{{ parent.field }}": create_{{ parent.noun }}(client)["id"]{% endif %}{% for field in readonly_fields if field.default_and_other %}, "{{ field.name }}": {{ field.default_and_other[1] }}{% endfor %}}
    before = {{ Noun }}Row.objects.get().to_domain()
    assert admin_client.get(page_of(stored, "change")).status_code == 200

    response = admin_client.post(page_of(stored, "change"), form_of({**stored, **sent, **kept}))

    assert response.status_code == 302
    assert {{ Noun }}Row.objects.get().to_domain() == replace(before, version=2, **entered({**stored, **sent}))


def test_a_form_that_is_out_of_date_is_refused(admin_client: Client, {{ "client: TestClient, " if takes_client }}stored: Json) -> None:
    before = {{ Noun }}Row.objects.get().to_domain()
    admin_client.post(page_of(stored, "change"), form_of(stored))

    response = admin_client.post(page_of(stored, "change"), form_of({**stored, **{{ json_call }}}))

    assert f"The {{ noun_words }} {stored['id']} has changed; read it again." in response.content.decode()
    assert {{ Noun }}Row.objects.get().to_domain() == replace(before, version=2)
{% endif %}
{% if can_delete %}


def test_a_deleted_{{ noun }}_is_gone(admin_client: Client, stored: Json) -> None:
    assert admin_client.get(page_of(stored, "delete")).status_code == 200
    assert {{ Noun }}Row.objects.count() == 1

    admin_client.post(page_of(stored, "delete"), {"post": "yes"})

    assert not {{ Noun }}Row.objects.exists()


def test_chosen_{{ nouns }}_are_deleted_together(admin_client: Client, client: TestClient{{ url_parameter }}, stored: Json) -> None:
    other = {{ new_document }}

    admin_client.post(LIST, {"action": "delete_selected", "_selected_action": [stored["id"], other["id"]], "post": "yes"})

    assert not {{ Noun }}Row.objects.exists()
{% endif %}
{% set missing = ([] if staff_create else ["added"]) + ([] if can_update else ["changed"]) + ([] if can_delete else ["deleted"]) %}
{% if missing %}


def test_a_stored_{{ noun }}_is_shown_and_not_{{ missing | join("_or_") }}(admin_client: Client, stored: Json) -> None:
    assert admin_client.get(page_of(stored, "change")).status_code == 200
{% if not staff_create %}
    assert admin_client.post(f"{LIST}add/", form_of(stored)).status_code == 403
{% endif %}
{% if not can_update %}
    assert admin_client.post(page_of(stored, "change"), form_of(stored)).status_code == 403
{% endif %}
{% if not can_delete %}
    assert admin_client.post(page_of(stored, "delete"), {"post": "yes"}).status_code == 403
{% endif %}
{% endif %}
{% for target in deletable_targets %}


def test_{{ target.a_noun | replace(" ", "_") }}_is_not_deleted_while_{{ a_noun | replace(" ", "_") }}_refers_to_it{{ "_as_" ~ target.role if target.role }}(admin_client: Client, client: TestClient, stored: Json) -> None:
    listed = "/admin/db/{{ target.Noun | lower }}row/"
    referred, other = stored["{{ target.field }}"], create_{{ target.noun }}(client)["id"]
    chosen = {"action": "delete_selected", "_selected_action": [other, referred], "post": "yes"}

    for page, form in ((f"{listed}{referred}/delete/", {"post": "yes"}), (listed, chosen)):
        response = admin_client.post(page, form, follow=True)

        assert f"Something refers to the {{ target.noun_words }} {referred}." in response.content.decode()
    assert {{ target.Noun }}Row.objects.filter(id__in=(referred, other)).count() == 2
{% endfor %}

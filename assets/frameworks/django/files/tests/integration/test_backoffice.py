{% set shown = sent_fields | selectattr("type", "in", ("str", "int", "decimal", "uuid", "date")) | list %}
{% set ruled = (shown or sent_fields)[0].name %}
"""What holds for every page of the back office. `{{ nouns }}` stand for all resources."""

from typing import cast
from unittest.mock import Mock
import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import Client
from {{ package }}.backoffice.form_errors import FormError
from {{ package }}.backoffice.{{ nouns }} import {{ Noun }}Admin
{{ partial("client_import") }}
from {{ package }}.accounts.models import User
from {{ package }}.infrastructure.db.models import {{ Noun }}Row
from tests.fixtures.forms import form_of
from tests.fixtures.{{ noun }}_json import {{ noun }}_json

LIST = "/admin/db/{{ Noun | lower }}row/"
PAGES = ("/admin/", LIST, f"{LIST}add/", "/admin/accounts/user/", "/admin/autocomplete/")
CARD = "4111111111111111"


@pytest.fixture
def browser(db: None) -> Client:
    """Return the browser of staff without permissions."""
    _ = db
    browser = Client()
    browser.force_login(User.objects.create_user("staff@example.com", is_staff=True))
    return browser


@pytest.mark.parametrize("page", PAGES)
def test_who_is_no_staff_gets_the_login_page_and_nothing_else(browser: Client, page: str) -> None:
    User.objects.update(is_staff=False)

    for stranger in (browser, Client()):
        for response in (stranger.get(page), stranger.post(page, form_of({{ noun }}_json()))):
            assert (response.status_code, response.headers["Location"]) == (302, f"/admin/login/?next={page}")
    assert not {{ Noun }}Row.objects.exists()


def test_staff_do_what_they_may(browser: Client) -> None:
    assert browser.get(LIST).status_code == 403

    User.objects.get().user_permissions.add(Permission.objects.get(codename="view_{{ Noun | lower }}row"))

    assert browser.get(LIST).status_code == 200
    assert browser.get(f"{LIST}add/").status_code == 403
    assert browser.post(f"{LIST}add/", form_of({{ noun }}_json())).status_code == 403


def test_a_rule_of_the_domain_is_shown_in_its_words_and_what_was_entered_stays(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = "{{ ruled }}: expected what the rule asks for"
    monkeypatch.setattr({{ Noun }}Row, "to_domain", Mock(side_effect=ValueError(rule)))
    sent = {{ noun }}_json()

    response = admin_client.post(f"{LIST}add/", form_of(sent))

    page = response.content.decode()
    assert response.status_code == 200
    assert rule in page
{% if shown %}
    assert f'value="{sent["{{ ruled }}"]}"' in page
{% endif %}
    assert not {{ Noun }}Row.objects.exists()


def test_an_action_that_the_domain_refuses_is_undone_and_says_why(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def remove(_admin: {{ Noun }}Admin, _request: HttpRequest, chosen: QuerySet[{{ Noun }}Row]) -> None:
        chosen.delete()
        reason = "Not today."
        raise FormError(reason)

    monkeypatch.setattr({{ Noun }}Admin, "actions", (remove,))
    admin_client.post(f"{LIST}add/", form_of({{ noun }}_json()))
    stored = {{ Noun }}Row.objects.get()

    response = admin_client.post(LIST, {"action": "remove", ACTION_CHECKBOX_NAME: str(stored.id)}, follow=True)

    assert "Not today." in response.content.decode()
    assert {{ Noun }}Row.objects.get() == stored


def test_a_statement_that_fails_leaves_no_value_in_the_log(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_row: {{ Noun }}Row) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT CAST(%s AS UUID)", [CARD])

    monkeypatch.setattr({{ Noun }}Row, "to_domain", fail)
    admin_client.raise_request_exception = False

    assert admin_client.post(f"{LIST}add/", form_of({{ noun }}_json())).status_code == 500
    assert "QueryError: InvalidTextRepresentation 22P02" in caplog.text
    assert CARD not in caplog.text

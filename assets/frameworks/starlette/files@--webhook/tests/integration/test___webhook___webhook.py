from functools import partial
import pytest
from starlette.testclient import TestClient
from {{ package }} import bootstrap
from {{ package }}.domain.{{ webhook }}_events import {{ Webhook }}Event, {{ Webhook }}Events
from {{ package }}.infrastructure.config import Settings
from tests.fixtures.{{ webhook_kind }}_deliveries import deliver, signed
from tests.fixtures.wire import document

URL = "/webhooks/{{ webhook | replace("_", "-") }}"


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> list[{{ Webhook }}Event]:
    """Return the events that come through to where they are acted on."""
    events: list[{{ Webhook }}Event] = []

    async def keep(_self: {{ Webhook }}Events, event: {{ Webhook }}Event) -> None:
        events.append(event)

    monkeypatch.setattr({{ Webhook }}Events, "{{ slot("webhook.entry", "handle") }}", keep)
    return events


def test_an_event_that_is_signed_is_acted_on(client: TestClient, received: list[{{ Webhook }}Event]) -> None:
    body, headers = deliver("order.paid", "1")

    assert client.post(URL, content=body, headers=headers).status_code == 202
    assert [event.type for event in received] == ["order.paid"]


def test_a_body_that_was_changed_is_refused_and_only_the_log_says_why(
    client: TestClient, received: list[{{ Webhook }}Event], caplog: pytest.LogCaptureFixture
) -> None:
    body, headers = deliver("order.paid", "1")

    response = client.post(URL, content=body + b" ", headers=headers)

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "HMAC-SHA256"
    assert "secret" not in response.text
    assert "not signed with one of the secrets" in [vars(record).get("reason") for record in caplog.records]
    assert received == []


@pytest.mark.parametrize("body", ["", "{", "[]", '{"more": ' + "[" * 100_000])
def test_a_signed_body_that_cannot_be_read_gets_422(client: TestClient, received: list[{{ Webhook }}Event], body: str) -> None:
    response = client.post(URL, content=body, headers=signed(body.encode()))

    assert response.status_code == 422
    assert str(document(response)["type"]).endswith(":invalid-request")
    assert received == []


def test_one_that_is_too_large_gets_413(client: TestClient, settings: Settings) -> None:
    body = b" " * (settings.app.max_body_bytes + 1)

    assert client.post(URL, content=body, headers=signed(body)).status_code == 413


def test_an_event_of_another_type_is_acknowledged_and_ignored(
    settings: Settings, received: list[{{ Webhook }}Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "{{ Webhook }}Events", partial({{ Webhook }}Events, handled=frozenset({"order.paid"})))

    with TestClient(bootstrap.build_application(settings)) as client:
        for number, event_type in enumerate(["order.paid", "order.shipped"]):
            body, headers = deliver(event_type, str(number))
            assert client.post(URL, content=body, headers=headers).status_code == 202

    assert [event.type for event in received] == ["order.paid"]

import pytest
from starlette.testclient import TestClient
from {{ package }}.domain.{{ webhook }}_events import {{ Webhook }}Event, {{ Webhook }}Events
from tests.fixtures.{{ webhook_kind }}_deliveries import deliver

URL = "/webhooks/{{ webhook | replace("_", "-") }}"


def send(client: TestClient, delivery_id: str) -> int:
    body, headers = deliver("order.paid", delivery_id)
    return client.post(URL, content=body, headers=headers).status_code


def test_a_delivery_is_acted_on_once_and_after_a_failure_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    acted_on: list[str] = []

    async def fail_at_first(_self: {{ Webhook }}Events, event: {{ Webhook }}Event) -> None:
        acted_on.append(event.delivery_id)
        if len(acted_on) == 1:
            raise LookupError

    monkeypatch.setattr({{ Webhook }}Events, "{{ slot("webhook.entry", "handle") }}", fail_at_first)

    assert [send(client, "1") for _ in range(3)] == [500, 202, 202]
    assert send(client, "2") == 202
    assert len(acted_on) == 3
    assert len(set(acted_on)) == 2

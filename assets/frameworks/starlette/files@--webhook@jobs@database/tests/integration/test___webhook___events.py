import pytest
from {{ package }}.bootstrap import create_runner
from {{ package }}.domain.{{ webhook }}_events import {{ Webhook }}Event, {{ Webhook }}Events
from {{ package }}.infrastructure.config import Settings

EVENT = {{ Webhook }}Event("1", "order.paid", {{ slot("webhook.event_sample") }})


async def test_a_worker_acts_on_an_event_once_it_is_committed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    handled: list[{{ Webhook }}Event] = []

    async def keep(_self: {{ Webhook }}Events, event: {{ Webhook }}Event) -> None:
        handled.append(event)

    monkeypatch.setattr({{ Webhook }}Events, "handle", keep)

    async with create_runner(settings) as runner:
        async with runner.open_transaction():
            await runner.services.{{ webhook }}_events.receive(EVENT)
            assert handled == []
        for job_id in [*await runner.store.take_unsent()] * 2:
            await runner.run(job_id)

    assert handled == [EVENT]

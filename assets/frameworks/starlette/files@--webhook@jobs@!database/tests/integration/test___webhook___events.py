from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4
import msgspec
import pytest
from {{ package }}.bootstrap import create_runner
from {{ package }}.domain.jobs import NO_DELAY, Job
from {{ package }}.domain.{{ webhook }}_events import {{ Webhook }}Event, {{ Webhook }}Events
from {{ package }}.infrastructure.config import Settings

EVENT = {{ Webhook }}Event("1", "order.paid", {{ slot("webhook.event_sample") }})


class FirstJob:
    """A queue that keeps one job, as workers get it."""

    kind: str = ""
    payload: str = ""

    async def enqueue(self, job: Job, *, delay: timedelta = NO_DELAY) -> UUID:
        assert delay == NO_DELAY
        self.kind, self.payload = type(job).__name__, msgspec.json.encode(job).decode()
        return uuid4()


async def test_a_worker_acts_on_an_event(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = FirstJob()
    handled: list[{{ Webhook }}Event] = []

    async def keep(_self: {{ Webhook }}Events, event: {{ Webhook }}Event) -> None:
        handled.append(event)

    monkeypatch.setattr({{ Webhook }}Events, "handle", keep)

    async with create_runner(settings) as runner:
        await replace(runner.services.{{ webhook }}_events, job_queue=queue).receive(EVENT)
        assert handled == []
        await runner.run(uuid4(), queue.kind, queue.payload)

    assert handled == [EVENT]

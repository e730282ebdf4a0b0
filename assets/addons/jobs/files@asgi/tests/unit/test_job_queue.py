"""Handing over jobs has an end, whatever the broker does; retries have their times."""

import threading
from typing import final, override

import pytest
from dramatiq import Message
from dramatiq.brokers.stub import StubBroker

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.jobs import queue as handing_over
from {{ package }}.infrastructure.jobs.envelope import QUEUE, seal
from {{ package }}.infrastructure.jobs.queue import open_queue
from {{ package }}.infrastructure.jobs.retries import PersistentRetries
from {{ package }}.infrastructure.config import JobsSettings
from tests.fixtures.jobs import CREATED


@final
class SilentBroker(StubBroker):
    def __init__(self) -> None:
        super().__init__([])
        self.enough: threading.Event = threading.Event()

    @override
    def enqueue[R](self, message: Message[R], *, delay: int | None = None) -> Message[R]:
        self.enough.wait(60)
        return message


def test_retries_wait_for_as_long_as_is_set() -> None:
    retries = PersistentRetries(JobsSettings(retries=3, backoff=1.5, backoff_max=7.0))

    assert (retries.max_retries, retries.min_backoff, retries.max_backoff) == (3, 1500, 7000)


async def test_what_is_not_taken_in_time_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = StubBroker([])
    broker.declare_queue(QUEUE)
    monkeypatch.setattr(handing_over, "monotonic", iter([0.0, 0.5, 1.5]).__next__)

    async with open_queue(broker, 1.0) as queue:
        assert await queue.send([seal(CREATED) for _ in range(3)], 1.0) == 1


async def test_a_broker_that_never_answers_is_given_up() -> None:
    broker = SilentBroker()
    async with open_queue(broker, 0.02) as queue:
        with pytest.raises(Unavailable, match="does not answer"):
            await queue.enqueue(CREATED)
    broker.enough.set()

"""What becomes of a job: done, tried again, dead. On the queue within the process, with the real threads."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from queue import Queue
from typing import cast
from unittest.mock import patch
from uuid import UUID

import pytest
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import ConnectionClosed

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.jobs import {{ Noun }}Created
from {{ package }}.infrastructure.config import JobsSettings
from {{ package }}.infrastructure.jobs import retries
from {{ package }}.infrastructure.jobs.envelope import QUEUE, Envelope, seal
from {{ package }}.infrastructure.jobs.system import JobSystem
from {{ package }}.workers import actors
from {{ package }}.workers.pool import open_pool
from {{ package }}.workers.runner import Perform, current_job_id
from {{ package }}.workers.work import Work
from tests.fixtures.jobs import CREATED, Noted, impatient, until, until_noted

BROKEN = "it is broken"
SECRET = "hunter2"  # noqa: S105 - planted to be looked for

type Job = {{ Noun }}Created


@asynccontextmanager
async def doing(system: JobSystem, work: Work, perform: Perform[Job], limits: JobsSettings | None = None) -> AsyncGenerator[None]:
    """Have jobs done in this way."""
    with patch.object(actors, actors.note_created.__name__, perform):
        async with open_pool(system.broker, work, limits or impatient()):
            yield


def queues(system: JobSystem) -> Mapping[str, Queue[bytes]]:
    return cast("dict[str, Queue[bytes]]", cast("StubBroker", system.broker).queues)


def dead(system: JobSystem) -> list[str]:
    broker = cast("StubBroker", system.broker)
    return [message.actor_name for message in broker.dead_letters_by_queue[QUEUE]]


async def is_dead(system: JobSystem) -> bool:
    return bool(dead(system))


def failing(times: int, error: Exception, tried: list[str | None]) -> Perform[Job]:
    async def perform(work: Work, job_id: UUID, job: Job) -> None:
        tried.append(current_job_id())
        if len(tried) <= times:
            raise error
        await work.audit.note_created(job_id, job)

    return perform


async def test_what_is_enqueued_is_done(in_process: JobSystem, work: Work, noted: Noted) -> None:
    async with open_pool(in_process.broker, work, impatient()):
        await in_process.queue.enqueue(CREATED)
        await until_noted(noted, 1)


async def test_no_thread_runs_before_there_is_something_to_do(in_process: JobSystem, work: Work) -> None:
    async with open_pool(in_process.broker, work, impatient()) as pool:
        assert not pool.alive
        await in_process.queue.enqueue(CREATED)
        assert pool.alive


async def test_a_job_that_fails_is_tried_again_under_its_id(in_process: JobSystem, work: Work, noted: Noted) -> None:
    tried: list[str | None] = []
    envelope = seal(CREATED)
    async with doing(in_process, work, failing(2, Unavailable("ledger"), tried)):
        await in_process.queue.send([envelope], 1)
        await until_noted(noted, 1)

    assert tried == [str(envelope.id)] * 3
    assert list(noted.entries) == [envelope.id]


async def test_a_job_that_goes_on_failing_becomes_a_dead_letter(
    in_process: JobSystem, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[str | None] = []
    async with doing(in_process, work, failing(99, Unavailable("ledger"), tried)):
        await in_process.queue.enqueue(CREATED)
        await until(lambda: is_dead(in_process))

    assert len(tried) == 1 + impatient().retries
    assert caplog.messages.count("a job failed") == len(tried)
    assert caplog.messages.count("a job is now a dead letter") == 1


async def test_a_retry_that_the_queue_does_not_take_is_offered_until_it_does(
    in_process: JobSystem, work: Work, noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "PAUSE", 0.01)
    tried: list[str | None] = []
    refusals = 2
    enqueue = cast("Callable[..., object]", in_process.broker.enqueue)

    def reluctant(message: object, *, delay: int | None = None) -> object:
        nonlocal refusals
        if refusals:
            refusals -= 1
            raise ConnectionClosed(BROKEN)
        return enqueue(message, delay=delay)

    async with doing(in_process, work, failing(1, Unavailable("ledger"), tried)):
        with patch.object(in_process.broker, "enqueue", reluctant):
            await in_process.queue.enqueue(CREATED)
            await until_noted(noted, 1)

    assert (len(tried), refusals) == (2, 0)


async def test_a_job_that_takes_too_long_has_failed(in_process: JobSystem, work: Work) -> None:
    async def hang(_work: Work, _job_id: UUID, _job: Job) -> None:
        await asyncio.Event().wait()

    async with doing(in_process, work, hang, impatient(timeout=0.01)):
        await in_process.queue.enqueue(CREATED)
        await until(lambda: is_dead(in_process))


UNREADABLE = {
    "another document": f'["{SECRET}"]',
    "half a document": f'["{SECRET}"',
    "no text": f'["{SECRET}\ud800"]',
    "nested without end": '{"more": ' + "[" * 100_000,
}


@pytest.mark.parametrize("payload", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_cannot_be_read_is_dead_at_once(
    in_process: JobSystem, work: Work, caplog: pytest.LogCaptureFixture, payload: str
) -> None:
    async with open_pool(in_process.broker, work, impatient()):
        unreadable = Envelope(seal(CREATED).id, type(CREATED).__name__, payload)
        await in_process.queue.send([unreadable], 1)
        await until(lambda: is_dead(in_process))

    assert caplog.messages.count("a job cannot be read") == 1
    assert SECRET not in caplog.text


async def test_a_job_of_a_kind_that_nobody_knows_is_dead_at_once(in_process: JobSystem, work: Work) -> None:
    async with open_pool(in_process.broker, work, impatient()):
        await in_process.queue.send([Envelope(seal(CREATED).id, "Forgotten", "{}")], 1)
        await until(lambda: is_dead(in_process))

    assert dead(in_process) == ["Forgotten"]


async def test_told_to_stop_it_finishes_what_it_is_doing(in_process: JobSystem, work: Work, noted: Noted) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait(work: Work, job_id: UUID, job: Job) -> None:
        begun.set()
        await go_on.wait()
        await work.audit.note_created(job_id, job)

    async with doing(in_process, work, wait):
        await in_process.queue.enqueue(CREATED)
        await begun.wait()
        asyncio.get_running_loop().call_later(0.05, go_on.set)

    assert len(noted.entries) == 1


async def test_what_takes_too_long_to_finish_is_cancelled(
    in_process: JobSystem, work: Work, noted: Noted, caplog: pytest.LogCaptureFixture
) -> None:
    begun = asyncio.Event()

    async def hang(_work: Work, _job_id: UUID, _job: Job) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with doing(in_process, work, hang, impatient(shutdown=0.05)):
        await in_process.queue.enqueue(CREATED)
        await begun.wait()

    assert "a job was cancelled" in caplog.messages
    assert not noted.entries


async def test_jobs_are_done_at_the_same_time(in_process: JobSystem, work: Work) -> None:
    together = asyncio.Barrier(impatient().concurrency)

    async def meet(_work: Work, _job_id: UUID, _job: Job) -> None:
        await together.wait()

    async with doing(in_process, work, meet):
        for _ in range(together.parties):
            await in_process.queue.enqueue(CREATED)
        await until(lambda: done(in_process))


async def done(system: JobSystem) -> bool:
    return queues(system)[QUEUE].unfinished_tasks == 0


async def test_a_failure_is_logged_with_its_job_and_kept_without_its_text(
    in_process: JobSystem, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    async with doing(in_process, work, failing(99, ValueError(SECRET), [])):
        await in_process.queue.enqueue(CREATED)
        await until(lambda: is_dead(in_process))

    kept = cast("StubBroker", in_process.broker).dead_letters_by_queue[QUEUE][0].options
    assert SECRET not in str(kept)
    assert all(SECRET not in record.getMessage() for record in caplog.records)
    assert {record.levelno for record in caplog.records if record.getMessage() == "a job failed"} == {logging.ERROR}

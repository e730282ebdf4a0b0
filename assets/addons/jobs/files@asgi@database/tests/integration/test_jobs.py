"""A job is done, tried again, or dead; its last writes happen once. No worker and no Redis take part."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import DatabaseSettings
from {{ package }}.infrastructure.db import jobs as sql_jobs
from {{ package }}.infrastructure.db.session import open_database
from {{ package }}.workers.registry import Handlers, Run, WorkerServices
from {{ package }}.workers.relay import enqueue_periodic
from {{ package }}.workers.runner import backoff, current_job_id
from tests.fixtures.jobs import ATTEMPTS, Jobs, Note


async def fail(_run: Run, job: Note) -> None:
    message = f"no luck with {job.number}"
    raise LookupError(message)


async def hang(_run: Run, _job: Note) -> None:
    await asyncio.Event().wait()


async def return_early(_run: Run, _job: Note) -> None:
    pass


def test_a_kind_of_job_has_one_handler(jobs: Jobs) -> None:
    jobs.runner.handlers.add(Note)(fail)
    with pytest.raises(ValueError, match="second handler for Note"):
        jobs.runner.handlers.add(Note)(fail)


async def test_a_job_is_done_once_and_leaves_no_row(jobs: Jobs) -> None:
    attempts: list[Run] = []

    @jobs.runner.handlers.add(Note)
    async def handler(run: Run, job: Note) -> None:
        attempts.append(run)
        async with run.done():
            await jobs.write(job.number)

    await jobs.enqueue(7)
    (job_id,) = await jobs.store.take_unsent()

    await asyncio.gather(*(jobs.runner.run(job_id) for _ in range(3)))

    assert (await jobs.written(), await jobs.rows(), len(attempts)) == ([7], [], 1)


async def test_a_job_is_there_only_if_what_asked_for_it_is_committed(jobs: Jobs) -> None:
    with suppress(LookupError):
        async with jobs.database.transaction():
            await jobs.store.enqueue(Note())
            raise LookupError

    assert await jobs.rows() == []


async def test_a_failed_attempt_leaves_nothing_and_is_followed_by_another_one_later(jobs: Jobs) -> None:
    @jobs.runner.handlers.add(Note)
    async def handler(run: Run, job: Note) -> None:
        async with run.done():
            await jobs.write(job.number)
            await fail(run, job)

    await jobs.enqueue()
    for attempts in (1, 2):
        await jobs.run_due()
        assert await jobs.store.take_unsent() == []
        assert [(row.attempts, row.last_error) for row in await jobs.rows()] == [(attempts, "LookupError")]
        await jobs.make_due()

    assert await jobs.written() == []


@pytest.mark.parametrize(
    ("handler", "reason"), [(return_early, "run.done"), (hang, "Timeout"), (None, "no handler for Note")]
)
async def test_the_row_says_how_an_attempt_failed(
    jobs: Jobs, handler: Callable[[Run, Note], Awaitable[None]] | None, reason: str
) -> None:
    if handler:
        jobs.runner.handlers.add(Note)(handler)
    jobs.runner = replace(jobs.runner, timeout=0.01)
    await jobs.enqueue()

    await jobs.run_due()

    assert reason in str([row.last_error for row in await jobs.rows()])


async def test_an_attempt_writes_nothing_once_another_worker_has_the_job(jobs: Jobs) -> None:
    @jobs.runner.handlers.add(Note)
    async def handler(run: Run, _job: Note) -> None:
        first = not await jobs.written()
        if first:
            async with run.transaction():
                await jobs.write(1)
            await jobs.make_due()
            await jobs.run_due()
        async with run.done():
            await jobs.write(3 if first else 2)

    await jobs.enqueue()

    await jobs.run_due()

    assert await jobs.written() == [1, 2]


async def test_an_attempt_is_stopped_once_another_worker_has_the_job(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    @jobs.runner.handlers.add(Note)
    async def handler(run: Run, job: Note) -> None:
        while not await jobs.store.claim(run.job_id):  # the lease may have been renewed just before
            await jobs.make_due()
        await hang(run, job)

    jobs.runner = replace(jobs.runner, lease=0.1)
    await jobs.enqueue()

    async with asyncio.timeout(20):
        await jobs.run_due()

    assert "another worker has taken the job over" in caplog.text
    assert [(row.attempts, row.last_error) for row in await jobs.rows()] == [(2, None)]


async def test_a_lease_is_renewed_while_the_job_takes_its_time(jobs: Jobs) -> None:
    @jobs.runner.handlers.add(Note)
    async def handler(run: Run, _job: Note) -> None:
        (before,) = await jobs.rows()
        while (await jobs.rows())[0].due_at == before.due_at:
            """The row tells when its lease is renewed."""
        async with run.done():
            await jobs.write(1)

    jobs.runner = replace(jobs.runner, store=replace(jobs.store, lease=timedelta(seconds=1)), lease=1)
    await jobs.enqueue()

    await jobs.run_due()

    assert await jobs.written() == [1]


@pytest.mark.parametrize(
    ("problem", "written"), [(None, [1, 2]), (LookupError(), [1]), (Unavailable("ledger", "is away"), [1])]
)
async def test_a_job_that_failed_too_often_is_dead_and_what_it_was_for_learns_of_it(
    jobs: Jobs, problem: Exception | None, written: list[int]
) -> None:
    async def on_death(_services: WorkerServices, _job: Note) -> None:
        await jobs.write(2)
        if problem:
            raise problem

    @jobs.runner.handlers.add(Note, on_death=on_death)
    async def handler(run: Run, job: Note) -> None:
        async with run.transaction():
            await jobs.write(1)
        await fail(run, job)

    await jobs.enqueue()
    for _ in range(ATTEMPTS):
        assert await jobs.store.dead() == []
        await jobs.run_due()
        await jobs.make_due()

    assert [(row.attempts, row.last_error) for row in await jobs.store.dead()] == [(ATTEMPTS, "LookupError")]
    assert await jobs.written() == written


async def test_a_job_that_ends_its_worker_each_time_dies_as_well(jobs: Jobs) -> None:
    jobs.runner.handlers.add(Note)(fail)
    await jobs.enqueue()
    for _ in range(ATTEMPTS):
        (job_id,) = await jobs.store.take_unsent()
        assert await jobs.store.claim(job_id)
        await jobs.make_due()

    await jobs.run_due()

    assert "the worker died" in str([row.last_error for row in await jobs.store.dead()])


async def test_ids_are_sent_once_until_it_is_time_to_send_them_again(jobs: Jobs) -> None:
    await jobs.enqueue()
    sent = await jobs.store.take_unsent()

    assert await jobs.store.take_unsent() == []
    await jobs.make_due()
    assert await jobs.store.take_unsent() == sent
    await jobs.make_due()
    assert await jobs.store.claim(sent[0])
    assert await jobs.store.take_unsent() == []


async def test_only_so_many_ids_are_on_their_way_at_a_time(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_jobs, "IN_FLIGHT", 2)
    for _ in range(5):
        await jobs.enqueue()

    sent = await jobs.store.take_unsent()

    assert len(sent) == 2
    assert await jobs.store.take_unsent() == []
    assert await jobs.store.claim(sent[0])
    assert len(await jobs.store.take_unsent()) == 1


async def test_a_delay_is_counted_by_the_clock_of_the_database(jobs: Jobs) -> None:
    async with jobs.database.transaction():
        await jobs.store.enqueue(Note(), delay=timedelta(hours=1))
        exact = text("SELECT due_at = now() + interval '1 hour' AND send_at = due_at FROM queued_jobs")
        assert await jobs.database.session.scalar(exact) is True

    assert await jobs.store.take_unsent() == []


async def test_a_periodic_job_is_enqueued_once_in_each_period_whatever_becomes_of_others(jobs: Jobs) -> None:
    day = timedelta(days=1)
    handlers = Handlers(periodic=[(Note(), -day), (Note(), day)])
    for _ in range(2):
        await enqueue_periodic(jobs.store, handlers)
    assert len(await jobs.rows()) == 1

    await jobs.execute("UPDATE periodic_jobs SET at = at - interval '1 day'")
    await enqueue_periodic(jobs.store, handlers)
    assert len(await jobs.rows()) == 2


async def test_a_waiting_relay_hears_of_a_commit_at_once(jobs: Jobs) -> None:
    async with aclosing(jobs.store.wake_ups(600)) as wake_ups, asyncio.timeout(20):
        await anext(wake_ups)
        await jobs.enqueue()
        await anext(wake_ups)


async def test_a_relay_waits_beside_a_pool_of_one_and_for_longer_than_a_statement_may(
    jobs: Jobs, proxied: DatabaseSettings
) -> None:
    async with open_database(proxied) as database:
        store = replace(jobs.store, database=database)
        async with aclosing(store.wake_ups(1)) as wake_ups:
            await anext(wake_ups)
            await store.take_unsent()
            await anext(wake_ups)


async def test_log_lines_say_which_job_and_never_what_is_in_it(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    ids: list[str | None] = []
    caplog.set_level(logging.DEBUG)

    @jobs.runner.handlers.add(Note)
    async def handler(run: Run, job: Note) -> None:
        ids.append(current_job_id())
        await fail(run, job)

    await jobs.enqueue(918273645)
    await jobs.run_due()

    assert ids == [str(row.id) for row in await jobs.rows()]
    (line,) = [record for record in caplog.records if record.message == "job failed"]
    assert (line.__dict__["job"], line.__dict__["attempt"]) == ("Note", 1)
    assert "918273645" not in str([record.__dict__ for record in caplog.records])


async def test_an_attempt_that_an_outage_ended_is_a_warning_without_a_traceback(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    @jobs.runner.handlers.add(Note)
    async def handler(_run: Run, _job: Note) -> None:
        raise Unavailable("ledger", "is away")  # noqa: EM101

    await jobs.enqueue()
    await jobs.run_due()

    (line,) = [record for record in caplog.records if record.message == "job failed"]
    assert (line.levelname, line.__dict__["reason"]) == ("WARNING", "Unavailable: ledger: is away")
    assert "traceback" not in line.__dict__


def test_the_backoff_grows_to_ten_minutes() -> None:
    assert [backoff(attempts).total_seconds() for attempts in (1, 2, 3, 9, 10, 10_000)] == [2, 4, 8, 512, 600, 600]

"""A job is done, tried again, or dead; its last writes happen once. No worker and no Redis take part."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from {{ package }}.infrastructure.db import jobs as sql_jobs
from {{ package }}.infrastructure.db.jobs import SqlJobQueue
from {{ package }}.workers.registry import Run
from {{ package }}.workers.runner import backoff, current_job_id
from {{ package }}.workers.services import WorkerServices
from tests.fixtures.jobs import ATTEMPTS, Jobs, Note


@pytest.fixture
def write(jobs: Jobs) -> None:
    """Have each job write its number."""

    async def handler(run: Run, job: Note) -> None:
        async with run.done():
            await jobs.write(job.number)

    jobs.handle(handler)


async def fail(_run: Run, job: Note) -> None:
    message = f"no luck with {job.number}"
    raise LookupError(message)


@pytest.mark.usefixtures("write")
async def test_a_job_is_done_once_and_leaves_no_row(jobs: Jobs) -> None:
    await jobs.enqueue(7)
    (job_id,) = await jobs.store.due()

    await asyncio.gather(*(jobs.runner.run(job_id) for _ in range(3)))

    assert await jobs.written() == [7]
    assert await jobs.rows() == []


async def test_a_job_is_there_only_if_what_asked_for_it_is_committed(jobs: Jobs) -> None:
    async def give_up() -> None:
        async with jobs.database.transaction():
            await jobs.store.enqueue(Note())
            raise LookupError

    with pytest.raises(LookupError):
        await give_up()

    assert await jobs.rows() == []


async def test_a_failed_attempt_leaves_nothing_and_is_followed_by_another_one_later(jobs: Jobs) -> None:
    async def handler(run: Run, job: Note) -> None:
        async with run.done():
            await jobs.write(job.number)
            message = "no luck"
            raise LookupError(message)

    jobs.handle(handler)
    await jobs.enqueue()

    await jobs.run_due()

    assert await jobs.written() == []
    assert await jobs.store.due() == []
    assert [(row.attempts, row.last_error) for row in await jobs.rows()] == [(1, "LookupError")]
    await jobs.make_due()
    await jobs.run_due()
    assert [row.attempts for row in await jobs.rows()] == [2]


async def test_a_handler_that_returns_without_finishing_its_job_has_failed(jobs: Jobs) -> None:
    async def handler(_run: Run, _job: Note) -> None:
        pass

    jobs.handle(handler)
    await jobs.enqueue()

    await jobs.run_due()

    assert "run.done" in str([row.last_error for row in await jobs.rows()])


async def test_an_attempt_that_takes_too_long_has_failed(jobs: Jobs) -> None:
    async def handler(_run: Run, _job: Note) -> None:
        await asyncio.Event().wait()

    jobs.handle(handler)
    await jobs.enqueue()
    (job_id,) = await jobs.store.due()

    await replace(jobs.runner, timeout=0.01).run(job_id)

    assert [row.last_error is not None for row in await jobs.rows()] == [True]


async def test_a_job_of_an_unknown_kind_waits_for_the_release_that_knows_it(jobs: Jobs) -> None:
    await jobs.enqueue()

    await jobs.run_due()

    assert "no handler for Note" in str([row.last_error for row in await jobs.rows()])


async def test_an_attempt_whose_lease_ran_out_writes_nothing_once_another_worker_has_the_job(jobs: Jobs) -> None:
    async def handler(run: Run, _job: Note) -> None:
        if not await jobs.written():
            async with run.transaction():
                await jobs.write(1)
            await jobs.make_due()
            await jobs.run_due()
        number = len(await jobs.written()) + 1
        async with run.done():
            await jobs.write(number)

    jobs.handle(handler)
    await jobs.enqueue()

    await jobs.run_due()

    assert await jobs.written() == [1, 2]


async def test_one_worker_holds_a_job_until_its_lease_is_over_and_then_cannot_change_it(jobs: Jobs) -> None:
    await jobs.enqueue()
    (job_id,) = await jobs.store.due()
    first = await jobs.store.claim(job_id)
    assert await jobs.store.claim(job_id) is None

    await jobs.make_due()
    second = await jobs.store.claim(job_id)

    assert first
    assert second
    async with jobs.database.transaction():
        assert not await jobs.store.bury(first, "too late")
        assert not await jobs.store.finish(first)
        assert await jobs.store.finish(second)


async def test_a_lease_is_renewed_while_the_job_takes_its_time(jobs: Jobs) -> None:
    async def handler(run: Run, _job: Note) -> None:
        (before,) = await jobs.rows()
        while (await jobs.rows())[0].due_at == before.due_at:
            """The row tells when its lease is renewed."""
        async with run.done():
            await jobs.write(1)

    jobs.handle(handler)
    await jobs.enqueue()
    (job_id,) = await jobs.store.due()
    short = SqlJobQueue(jobs.database, attempts=ATTEMPTS, lease=timedelta(seconds=1))

    await replace(jobs.runner, store=short).run(job_id)

    assert await jobs.written() == [1]


async def test_slow_work_stands_between_two_transactions_and_what_it_was_for_learns_of_the_death(jobs: Jobs) -> None:
    started, failed, slow_attempts = 1, 2, 0

    async def handler(run: Run, job: Note) -> None:
        nonlocal slow_attempts
        if slow_attempts == 0:
            async with run.transaction():
                await jobs.write(started)
        slow_attempts += 1  # a download: no transaction is open
        await fail(run, job)

    async def on_death(_services: WorkerServices, job: Note) -> None:
        assert job == Note(7)
        await jobs.write(failed)

    jobs.handle(handler, on_death)
    await jobs.enqueue(7)
    for _ in range(ATTEMPTS + 2):
        assert await jobs.written() in ([], [started]) or slow_attempts == ATTEMPTS
        await jobs.run_due()
        await jobs.make_due()

    assert slow_attempts == ATTEMPTS
    assert await jobs.written() == [started, failed]
    assert [row.last_error for row in await jobs.store.dead()] == ["LookupError"]


async def test_a_job_dies_although_what_should_learn_of_it_fails(jobs: Jobs) -> None:
    async def on_death(_services: WorkerServices, _job: Note) -> None:
        await jobs.write(1)
        raise LookupError

    jobs.handle(fail, on_death)
    await jobs.enqueue()
    for _ in range(ATTEMPTS):
        await jobs.run_due()
        await jobs.make_due()

    assert len(await jobs.store.dead()) == 1
    assert await jobs.written() == []


@pytest.mark.usefixtures("write")
async def test_a_job_that_ends_its_worker_each_time_dies_as_well_and_can_be_requeued(jobs: Jobs) -> None:
    await jobs.enqueue(7)
    (job_id,) = await jobs.store.due()
    for _ in range(ATTEMPTS):
        assert await jobs.store.claim(job_id)
        await jobs.make_due()

    await jobs.run_due()

    assert await jobs.store.due() == []
    assert [row.id for row in await jobs.store.dead()] == [job_id]
    assert await jobs.store.requeue([]) == 0
    assert await jobs.store.requeue([job_id]) == 1
    await jobs.run_due()
    assert await jobs.written() == [7]


async def test_ids_are_sent_once_until_it_is_time_to_send_them_again(jobs: Jobs) -> None:
    await jobs.enqueue()
    due = await jobs.store.due()

    assert await jobs.store.take_unsent() == due
    assert await jobs.store.take_unsent() == []
    await jobs.make_due()
    assert await jobs.store.take_unsent() == due
    await jobs.make_due()
    assert await jobs.store.claim(due[0])
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

    assert await jobs.store.due() == []
    assert await jobs.store.take_unsent() == []


async def test_a_periodic_job_is_enqueued_once_in_each_period(jobs: Jobs) -> None:
    day = timedelta(days=1)
    for _ in range(2):
        await jobs.store.enqueue_periodic(Note(), day)
    assert len(await jobs.rows()) == 1

    await jobs.execute("UPDATE periodic_jobs SET at = at - interval '1 day'")
    await jobs.store.enqueue_periodic(Note(), day)
    assert len(await jobs.rows()) == 2


async def test_a_waiting_relay_hears_of_a_commit_at_once(jobs: Jobs) -> None:
    async with jobs.store.listening() as wait:
        await jobs.enqueue()
        async with asyncio.timeout(20):
            await wait(600)


async def test_log_lines_say_which_job_and_never_what_is_in_it(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    ids: list[str | None] = []
    caplog.set_level(logging.DEBUG)

    async def handler(run: Run, job: Note) -> None:
        ids.append(current_job_id())
        await fail(run, job)

    jobs.handle(handler)
    await jobs.enqueue(918273645)
    (job_id,) = await jobs.store.due()

    await jobs.run_due()

    assert ids == [str(job_id)]
    (line,) = [record for record in caplog.records if record.message == "job failed"]
    assert (line.__dict__["job"], line.__dict__["attempt"]) == ("Note", 1)
    assert "918273645" not in str([record.__dict__ for record in caplog.records])


def test_the_backoff_grows_to_ten_minutes() -> None:
    assert [backoff(attempts).total_seconds() for attempts in (1, 2, 3, 9, 10, 10_000)] == [2, 4, 8, 512, 600, 600]

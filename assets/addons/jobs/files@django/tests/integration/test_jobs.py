"""A job is done, tried again, or dead; its last writes happen once. No worker and no Redis take part."""

import logging
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from threading import Event

import psycopg
import pytest
from django.db import connection, connections

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.db import jobs as sql_jobs
from {{ package }}.infrastructure.db.transactions import open_transaction
from {{ package }}.workers.registry import Handlers, Run, WorkerServices
from {{ package }}.workers.relay import enqueue_periodic
from {{ package }}.workers.runner import backoff, current_job_id
from tests.fixtures.jobs import ATTEMPTS, Jobs, Note, own_jobs


END_OTHER_CONNECTIONS = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def jobs(transactional_db: None) -> Generator[Jobs]:
    del transactional_db
    with own_jobs() as jobs:
        yield jobs


def fail(_run: Run, job: Note) -> None:
    message = f"no luck with {job.number}"
    raise LookupError(message)


def hang(_run: Run, _job: Note) -> None:
    while True:
        Event().wait(0.01)


def return_early(_run: Run, _job: Note) -> None:
    pass


def test_a_kind_of_job_has_one_handler(jobs: Jobs) -> None:
    jobs.runner.handlers.add(Note)(fail)
    with pytest.raises(ValueError, match="second handler for Note"):
        jobs.runner.handlers.add(Note)(fail)


def test_a_job_is_done_once_and_leaves_no_row(jobs: Jobs) -> None:
    attempts: list[Run] = []

    @jobs.runner.handlers.add(Note)
    def handler(run: Run, job: Note) -> None:
        attempts.append(run)
        with run.done():
            jobs.write(job.number)

    jobs.enqueue(7)
    (job_id,) = jobs.store.take_unsent()

    def run(_: int) -> None:
        jobs.runner.run(job_id)
        connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(run, range(3)))

    assert (jobs.written(), jobs.rows(), len(attempts)) == ([7], [], 1)


def test_a_job_is_there_only_if_what_asked_for_it_is_committed(jobs: Jobs) -> None:
    with suppress(LookupError), open_transaction(read_only=False):
        jobs.store.enqueue(Note())
        raise LookupError

    assert jobs.rows() == []


def test_a_failed_attempt_leaves_nothing_and_is_followed_by_another_one_later(jobs: Jobs) -> None:
    @jobs.runner.handlers.add(Note)
    def handler(run: Run, job: Note) -> None:
        with run.done():
            jobs.write(job.number)
            fail(run, job)

    jobs.enqueue()
    for attempts in (1, 2):
        jobs.run_due()
        assert jobs.store.take_unsent() == []
        assert [(row.attempts, row.last_error) for row in jobs.rows()] == [(attempts, "LookupError")]
        jobs.make_due()

    assert jobs.written() == []


@pytest.mark.parametrize(
    ("handler", "reason"), [(return_early, "run.done"), (hang, "AttemptTimeout"), (None, "no handler for Note")]
)
def test_the_row_says_how_an_attempt_failed(
    jobs: Jobs, handler: Callable[[Run, Note], None] | None, reason: str
) -> None:
    if handler:
        jobs.runner.handlers.add(Note)(handler)
    jobs.runner = replace(jobs.runner, timeout=0.01)
    jobs.enqueue()

    jobs.run_due()

    assert reason in str([row.last_error for row in jobs.rows()])


def test_an_attempt_writes_nothing_once_another_worker_has_the_job(jobs: Jobs) -> None:
    @jobs.runner.handlers.add(Note)
    def handler(run: Run, _job: Note) -> None:
        first = not jobs.written()
        if first:
            with run.transaction():
                jobs.write(1)
            jobs.make_due()
            jobs.run_due()
        with run.done():
            jobs.write(3 if first else 2)

    jobs.enqueue()

    jobs.run_due()

    assert jobs.written() == [1, 2]


def test_an_attempt_is_stopped_once_another_worker_has_the_job(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    @jobs.runner.handlers.add(Note)
    def handler(run: Run, job: Note) -> None:
        while not jobs.store.claim(run.job_id):  # the lease may have been renewed just before
            jobs.make_due()
        hang(run, job)

    jobs.runner = replace(jobs.runner, lease=0.1)
    jobs.enqueue()

    jobs.run_due()

    assert "another worker has taken the job over" in str([record.__dict__ for record in caplog.records])
    assert [(row.attempts, row.last_error) for row in jobs.rows()] == [(2, None)]


def test_a_lease_is_renewed_while_the_job_takes_its_time(jobs: Jobs) -> None:
    @jobs.runner.handlers.add(Note)
    def handler(run: Run, _job: Note) -> None:
        (before,) = jobs.rows()
        while (jobs.rows())[0].due_at == before.due_at:
            """The row tells when its lease is renewed."""
        with run.done():
            jobs.write(1)

    jobs.runner = replace(jobs.runner, store=replace(jobs.store, lease=timedelta(seconds=1)), lease=1)
    jobs.enqueue()

    jobs.run_due()

    assert jobs.written() == [1]


@pytest.mark.parametrize(
    ("problem", "written"), [(None, [1, 2]), (LookupError(), [1]), (Unavailable("ledger", "is away"), [1])]
)
def test_a_job_that_failed_too_often_is_dead_and_what_it_was_for_learns_of_it(
    jobs: Jobs, problem: Exception | None, written: list[int]
) -> None:
    def on_death(_services: WorkerServices, _job: Note) -> None:
        jobs.write(2)
        if problem:
            raise problem

    @jobs.runner.handlers.add(Note, on_death=on_death)
    def handler(run: Run, job: Note) -> None:
        with run.transaction():
            jobs.write(1)
        fail(run, job)

    jobs.enqueue()
    for _ in range(ATTEMPTS):
        assert jobs.store.dead() == []
        jobs.run_due()
        jobs.make_due()

    assert [(row.attempts, row.last_error) for row in jobs.store.dead()] == [(ATTEMPTS, "LookupError")]
    assert jobs.written() == written


def test_a_job_that_ends_its_worker_each_time_dies_as_well(jobs: Jobs) -> None:
    jobs.runner.handlers.add(Note)(fail)
    jobs.enqueue()
    for _ in range(ATTEMPTS):
        (job_id,) = jobs.store.take_unsent()
        assert jobs.store.claim(job_id)
        jobs.make_due()

    jobs.run_due()

    assert "the worker died" in str([row.last_error for row in jobs.store.dead()])


def test_a_job_that_a_worker_holds_is_not_given_to_another_one_before_its_lease_is_over(jobs: Jobs) -> None:
    jobs.enqueue()
    (job_id,) = jobs.store.take_unsent()

    assert jobs.store.claim(job_id)
    assert jobs.store.claim(job_id) is None
    jobs.make_due()
    assert jobs.store.claim(job_id)


def test_ids_are_sent_once_until_it_is_time_to_send_them_again(jobs: Jobs) -> None:
    jobs.enqueue()
    sent = jobs.store.take_unsent()

    assert jobs.store.take_unsent() == []
    jobs.make_due()
    assert jobs.store.take_unsent() == sent
    jobs.make_due()
    assert jobs.store.claim(sent[0])
    assert jobs.store.take_unsent() == []


def test_only_so_many_ids_are_on_their_way_at_a_time(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_jobs, "IN_FLIGHT", 2)
    for _ in range(5):
        jobs.enqueue()

    sent = jobs.store.take_unsent()

    assert len(sent) == 2
    assert jobs.store.take_unsent() == []
    assert jobs.store.claim(sent[0])
    assert len(jobs.store.take_unsent()) == 1


def test_a_delay_is_counted_by_the_clock_of_the_database(jobs: Jobs) -> None:
    with open_transaction(read_only=False):
        jobs.store.enqueue(Note(), delay=timedelta(hours=1))
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT due_at - interval '1 hour' BETWEEN now() AND clock_timestamp() AND send_at = due_at
                FROM queued_jobs"""
            )
            assert cursor.fetchone() == (True,)

    assert jobs.store.take_unsent() == []


def test_a_periodic_job_is_enqueued_once_in_each_period_whatever_becomes_of_others(jobs: Jobs) -> None:
    day = timedelta(days=1)
    handlers = Handlers(periodic=[(Note(), -day), (Note(), day)])
    for _ in range(2):
        enqueue_periodic(jobs.store, handlers)
    assert len(jobs.rows()) == 1

    jobs.execute("UPDATE periodic_jobs SET at = at - interval '1 day'")
    enqueue_periodic(jobs.store, handlers)
    assert len(jobs.rows()) == 2


def test_a_waiting_relay_hears_of_a_commit_at_once(jobs: Jobs) -> None:
    with closing(jobs.store.wake_ups(600)) as wake_ups:
        next(wake_ups)
        jobs.enqueue()
        next(wake_ups)


def test_a_job_does_not_fail_because_the_connection_was_ended_since_the_last_one(
    jobs: Jobs, database_url: str
) -> None:
    @jobs.runner.handlers.add(Note)
    def handler(run: Run, job: Note) -> None:
        with run.done():
            jobs.write(job.number)

    jobs.enqueue()
    jobs.run_due()
    jobs.enqueue(2)
    (job_id,) = jobs.store.take_unsent()
    with psycopg.connect(database_url) as other:
        assert len(jobs.rows()) == 1
        other.execute(END_OTHER_CONNECTIONS)

    jobs.runner.run(job_id)

    assert jobs.written() == [1, 2]


def test_log_lines_say_which_job_and_never_what_is_in_it(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    ids: list[str | None] = []
    caplog.set_level(logging.DEBUG)

    @jobs.runner.handlers.add(Note)
    def handler(run: Run, job: Note) -> None:
        ids.append(current_job_id())
        fail(run, job)

    jobs.enqueue(918273645)
    jobs.run_due()

    assert ids == [str(row.id) for row in jobs.rows()]
    (line,) = [record for record in caplog.records if record.message == "job failed"]
    assert (line.__dict__["job"], line.__dict__["attempt"]) == ("Note", 1)
    assert "918273645" not in str([record.__dict__ for record in caplog.records])


def test_an_attempt_that_an_outage_ended_is_a_warning_without_a_traceback(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    @jobs.runner.handlers.add(Note)
    def handler(_run: Run, _job: Note) -> None:
        raise Unavailable("ledger", "is away")  # noqa: EM101

    jobs.enqueue()
    jobs.run_due()

    (line,) = [record for record in caplog.records if record.message == "job failed"]
    assert (line.levelname, line.__dict__["reason"]) == ("WARNING", "Unavailable: ledger: is away")
    assert "traceback" not in line.__dict__


def test_the_backoff_grows_to_ten_minutes() -> None:
    assert [backoff(attempts).total_seconds() for attempts in (1, 2, 3, 9, 10, 10_000)] == [2, 4, 8, 512, 600, 600]

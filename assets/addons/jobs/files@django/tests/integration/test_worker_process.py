"""Real workers on a real Redis: they are killed, and told to stop."""

import signal
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from local_servers.postgres import throwaway_database
from pytest_django import DjangoDbBlocker

from {{ package }}.domain.jobs import NO_DELAY
from {{ package }}.infrastructure.db.jobs import SqlJobQueue
from tests.fixtures.database import connected_to
from tests.fixtures.worker_process import Mark, eventually, kill, working


@pytest.fixture
def worker_environment(
    environment: Mapping[str, str], postgres_server: str, migrated_database: str
) -> Iterator[Mapping[str, str]]:
    """Return an environment with a database of its own: workers would run the jobs that other tests have enqueued."""
    with throwaway_database(postgres_server, migrated_database) as url:
        yield {**environment, "DATABASE_URL": url}


def test_a_job_whose_worker_was_killed_is_done_by_another_one(
    worker_environment: Mapping[str, str], tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    url, mark, log = worker_environment["DATABASE_URL"], tmp_path / "mark", tmp_path / "log"
    with django_db_blocker.unblock(), connected_to(url):
        job_id = SqlJobQueue(attempts=3, lease=NO_DELAY).enqueue(Mark(str(mark)))

    def lines() -> list[str]:
        return [line for line in log.read_text().splitlines() if str(job_id) in line]

    with working(worker_environment, log) as worker:
        eventually(mark.exists, log)
        kill(worker)
    with working(worker_environment, log) as worker:
        eventually(lambda: "job done" in str(lines()), log)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(40) == 0

    assert len(mark.read_text()) >= 2  # on a slow machine a lease may end once more
    assert {line.count(str(job_id)) for line in lines()} == {1}
    assert str(lines()).count("job done") == 1
    assert str(mark) not in log.read_text(), "not even at DEBUG"

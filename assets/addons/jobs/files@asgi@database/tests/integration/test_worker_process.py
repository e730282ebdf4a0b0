"""Real workers on a real Redis: they are killed, and told to stop."""

import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from {{ package }}.domain.jobs import NO_DELAY
from {{ package }}.infrastructure.config import DatabaseSettings
from {{ package }}.infrastructure.db.jobs import SqlJobQueue
from {{ package }}.infrastructure.db.session import open_database
from {{ package }}.infrastructure.db.url import DatabaseUrl
from tests.fixtures.database import migrate
from tests.fixtures.worker_process import Mark, eventually, kill, working


@pytest.fixture
def worker_environment(environment: Mapping[str, str], bare_url: str) -> Mapping[str, str]:
    """Return an environment with a database of its own: workers would run the jobs that other tests have enqueued."""
    migrate(bare_url)
    return {**environment, "DATABASE_URL": bare_url}


async def test_a_job_whose_worker_was_killed_is_done_by_another_one(
    worker_environment: Mapping[str, str], tmp_path: Path
) -> None:
    url, mark, log = worker_environment["DATABASE_URL"], tmp_path / "mark", tmp_path / "log"
    async with open_database(DatabaseSettings(url=DatabaseUrl.parse(url))) as database, database.transaction():
        job_id = await SqlJobQueue(database, attempts=3, lease=NO_DELAY).enqueue(Mark(str(mark)))

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

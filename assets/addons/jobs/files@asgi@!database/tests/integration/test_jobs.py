"""Real workers on a real Redis: they are killed, told to stop, and try again what failed."""

import signal
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.job_queue import open_job_queue
from {{ package }}.workers.handlers import handlers
from tests.fixtures.worker_process import Mark, eventually, kill, working


async def test_a_job_is_tried_again_after_its_worker_was_killed_and_after_it_failed(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    mark, log = tmp_path / "mark", tmp_path / "log"
    async with open_job_queue(environment["JOBS_REDIS_URL"]) as queue:
        job_id = await queue.enqueue(Mark(str(mark)), delay=timedelta(milliseconds=1))

    with working(environment, log) as worker:
        eventually(mark.exists, log)
        kill(worker)
    with working(environment, log) as worker:
        eventually(lambda: "job done" in log.read_text(), log)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(40) == 0

    assert len(mark.read_text()) >= 3  # on a slow machine another worker may take it once more
    lines = [line for line in log.read_text().splitlines() if str(job_id) in line]
    assert [line.count(str(job_id)) for line in lines] == [1] * len(lines)
    assert any("job failed" in line for line in lines)
    assert str(mark) not in log.read_text(), "not even at DEBUG"


def test_a_kind_of_job_has_one_handler() -> None:
    with pytest.raises(ValueError, match="second handler for Mark"):
        handlers.add(Mark)(handlers.by_name["Mark"].handler)


async def test_asking_for_a_job_while_redis_is_down_is_refused() -> None:
    async with open_job_queue("redis://127.0.0.1:1") as queue:
        with pytest.raises(Unavailable):
            await queue.enqueue(Mark(""))

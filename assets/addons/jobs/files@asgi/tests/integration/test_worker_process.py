"""Workers as processes: killed in the middle of a job, and told to stop."""

import asyncio
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.jobs.envelope import seal
from {{ package }}.infrastructure.jobs.system import JobSystem, open_jobs
from tests.fixtures.jobs import CREATED, clear, impatient, until

REDELIVERED: Final = 30.0
"""Within how many seconds an idle worker begins the job of one that was killed."""

PATIENCE: Final = 50.0
"""How many seconds a process gets for anything: machines that test can be busy."""


@dataclass(frozen=True, slots=True)
class Started:
    """A worker, and the file that takes what it says."""

    process: subprocess.Popen[bytes]
    output: Path

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def said(self, *words: str) -> bool:
        """Tell whether it has said all this in one line."""
        lines = self.output.read_text(encoding="utf-8").splitlines()
        return any(all(word in line for word in words) for line in lines)

    async def says(self, *words: str) -> None:
        """Wait until it does; if it does not, show what it has said."""

        async def holds() -> bool:
            return self.said(*words) or not self.lives

        try:
            await until(holds, PATIENCE)
        finally:
            assert self.said(*words), self.output.read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Workers:
    """Two of them, on keys of their own; their jobs go on while no file is at `hold`."""

    started: list[Started]
    namespace: str
    hold: Path

    async def one_that_begins(self, job_id: str) -> Started:
        """Wait until one of those that live says that it has begun this job."""

        async def holds() -> bool:
            return any(worker.lives and worker.said("begun", job_id) for worker in self.started)

        await until(holds, PATIENCE)
        return next(worker for worker in self.started if worker.lives and worker.said("begun", job_id))


@pytest.fixture(scope="module")
def workers(
    environment: dict[str, str], redis_server: RedisSettings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workers]:
    """Start them as they are started for real."""
    folder, namespace = tmp_path_factory.mktemp("workers"), f"test:{secrets.token_hex(6)}"
    chosen = {
        "HELD_BY": str(folder / "hold"),
        "JOBS_NAMESPACE": namespace,
        "JOBS_REDELIVERY": "2",
        "JOBS_REDIS_URL": redis_server.url.text,
    }
    command = [sys.executable, "-m", "tests.fixtures.held_worker"]
    with ExitStack() as stack:
        started: list[Started] = []
        for name in ("one", "other"):
            output = folder / name
            stream = stack.enter_context(output.open("wb"))
            process = subprocess.Popen(command, env=environment | chosen, stdout=stream, stderr=subprocess.STDOUT)  # noqa: S603 - our own
            stack.callback(process.wait)
            stack.callback(process.kill)
            started.append(Started(process, output))
        yield Workers(started, namespace, folder / "hold")
    asyncio.run(clear(redis_server, f"{namespace}*"))


@pytest.fixture
async def ready(workers: Workers) -> Workers:
    """Wait for those that live, and hold up what they do from now on."""
    for worker in workers.started:
        if worker.lives:
            await worker.says("the worker is ready")
    workers.hold.touch()
    return workers


@pytest.fixture
async def queue(ready: Workers, redis_server: RedisSettings) -> AsyncGenerator[JobSystem]:
    """Give the queue that they work on."""
    async with open_jobs(impatient(namespace=ready.namespace), redis_server) as system:
        yield system


async def test_the_job_of_a_worker_that_is_killed_is_done_by_another(ready: Workers, queue: JobSystem) -> None:
    envelope = seal(CREATED)
    await queue.queue.send([envelope], 1)

    first = await ready.one_that_begins(str(envelope.id))
    first.process.kill()
    await asyncio.to_thread(first.process.wait)
    killed = time.monotonic()
    second = await ready.one_that_begins(str(envelope.id))

    assert time.monotonic() - killed < REDELIVERED
    release(ready)
    await second.says("a job is done", str(envelope.id))


async def test_a_worker_that_is_told_to_stop_finishes_its_job_and_exits_cleanly(
    ready: Workers, queue: JobSystem
) -> None:
    envelope = seal(CREATED)
    await queue.queue.send([envelope], 1)
    worker = await ready.one_that_begins(str(envelope.id))
    assert await queue.status.alive()

    worker.process.send_signal(signal.SIGTERM)
    await worker.says("the worker finishes what it is doing")
    assert not worker.said("a job is done", str(envelope.id))
    release(ready)

    assert await asyncio.to_thread(worker.process.wait, PATIENCE) == 0
    assert worker.said("a job is done", str(envelope.id))
    assert "0 waiting" in await queue.status.check()


def release(workers: Workers) -> None:
    workers.hold.unlink()

"""The threads that fetch jobs, started and drained."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final, Protocol, final, override

import dramatiq
from dramatiq.brokers.stub import StubBroker

from {{ package }}.workers.actors import declare_actors
from {{ package }}.workers.runner import Runner
from {{ package }}.workers.work import Work

AFTERWARDS: Final = 2.0
"""How many seconds jobs that are cancelled get for letting go."""

NAP: Final = 1000
"""How many milliseconds a thread may sleep; within the service less, where nobody shall wait for its end."""

NAP_IN_PROCESS: Final = 20


class Limits(Protocol):
    """How much at once, and how long."""

    @property
    def concurrency(self) -> int:
        """How many jobs at once."""
        ...

    @property
    def timeout(self) -> float:
        """How many seconds a job may take."""
        ...

    @property
    def shutdown(self) -> float:
        """How many seconds jobs may go on when told to stop."""
        ...


@final
class Pool:
    """Dramatiq's worker, within this process."""

    def __init__(self, worker: dramatiq.Worker) -> None:
        """Take the worker; it is not started."""
        self._worker = worker
        self._lock = threading.Lock()
        self.started: bool = False

    @property
    def alive(self) -> bool:
        """Whether all of its threads run."""
        threads = [*self._worker.workers, *self._worker.consumers.values()]
        return bool(threads) and all(thread.is_alive() for thread in threads)

    def start(self) -> None:
        """Fetch jobs from now on, and no more than are done at once: others may be idle."""
        with self._lock:
            if not self.started:
                self.started = True
                self._worker.queue_prefetch = self._worker.worker_threads
                self._worker.start()

    def stop(self, seconds: float) -> None:
        """Wait for what is being done, and give back what is not begun."""
        self._worker.stop(timeout=round(seconds * 1000))


@final
class StartOnFirst(dramatiq.Middleware):
    """Starts threads once there is something to do: most runs of a service under development or test have nothing."""

    def __init__(self, pool: Pool) -> None:
        """Take the pool."""
        self._pool = pool

    @override
    def before_enqueue(self, broker: dramatiq.Broker, message: dramatiq.Message[object], delay: int | None) -> None:
        self._pool.start()


@asynccontextmanager
async def open_pool(broker: dramatiq.Broker, work: Work, limits: Limits) -> AsyncGenerator[Pool]:
    """Do jobs until the block is left; then finish those that run, and cancel those that take too long for it."""
    runner = Runner(broker, work, limits.timeout)
    declare_actors(runner)
    in_process = isinstance(broker, StubBroker)
    nap = NAP_IN_PROCESS if in_process else NAP
    pool = Pool(dramatiq.Worker(broker, worker_timeout=nap, worker_threads=limits.concurrency))
    if in_process:
        broker.add_middleware(StartOnFirst(pool))
    else:
        pool.start()
    try:
        yield pool
    finally:
        if pool.started:
            too_long = asyncio.get_running_loop().call_later(limits.shutdown, runner.cancel)
            await asyncio.to_thread(pool.stop, limits.shutdown + AFTERWARDS)
            too_long.cancel()

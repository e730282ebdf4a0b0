"""Hands jobs to the broker without holding up the event loop: the broker's client blocks."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Final, cast, final

from dramatiq import Broker, Message
from dramatiq.errors import ConnectionClosed

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.jobs import Job
from {{ package }}.infrastructure.jobs.envelope import Envelope, seal

THREADS: Final = 4
"""How many jobs a process hands over at once; more wait, within their caller's patience."""


@final
class DramatiqQueue:
    """The port `JobQueue`, straight into the queue."""

    def __init__(self, broker: Broker, threads: ThreadPoolExecutor, patience: float) -> None:
        """Take the broker, the threads that may block, and how many seconds its taking a job may last."""
        self._enqueue = cast("Callable[[Message[None]], object]", broker.enqueue)
        self._threads = threads
        self._patience = patience

    async def enqueue(self, job: Job) -> None:
        """Have it done; who is told that it is Unavailable may still see it done."""
        if await self.send([seal(job)], self._patience) == 0:
            raise unavailable(reason="does not take it")

    async def send(self, envelopes: Sequence[Envelope], patience: float) -> int:
        """Hand them over in their order, for `patience` seconds at most, and count those that were taken."""
        handing_over = asyncio.get_running_loop().run_in_executor(self._threads, self._send, envelopes, patience)
        with suppress(TimeoutError):
            async with asyncio.timeout(patience + self._patience):
                return await handing_over
        raise unavailable(reason="does not answer")

    def _send(self, envelopes: Sequence[Envelope], patience: float) -> int:
        ends = monotonic() + patience
        for count, envelope in enumerate(envelopes):
            if monotonic() > ends or not self._taken(envelope):
                return count
        return len(envelopes)

    def _taken(self, envelope: Envelope) -> bool:
        try:
            self._enqueue(envelope.message())
        except ConnectionClosed:
            return False
        return True


def unavailable(*, reason: str) -> Unavailable:
    """Say that no job is taken just now."""
    return Unavailable("job queue", reason)


@asynccontextmanager
async def open_queue(broker: Broker, patience: float) -> AsyncGenerator[DramatiqQueue]:
    """Give the queue for as long as its user runs; what is still being handed over then, is not waited for."""
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="jobs")
    try:
        yield DramatiqQueue(broker, threads, patience)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)

"""Runs jobs: dramatiq's threads fetch and acknowledge them, the service's event loop does each within its time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future
from contextvars import ContextVar
from time import perf_counter
from typing import final
from uuid import UUID

import dramatiq
import msgspec

from {{ package }}.workers.work import Work

type Perform[J] = Callable[[Work, UUID, J], Awaitable[None]]
"""Does a job; it may come again under the same id, also while it is being done."""

_job_id: ContextVar[str | None] = ContextVar("job_id", default=None)
_logger = logging.getLogger(__name__)


def current_job_id() -> str | None:
    """Return the id of the job being done, None outside one."""
    return _job_id.get()


class UnreadableError(Exception):
    """A payload is not what the job of this name is about: trying again would not mend that."""


@final
class Runner:
    """Declares actors, and does what they are sent."""

    def __init__(self, broker: dramatiq.Broker, work: Work, timeout: float) -> None:
        """Take what jobs are done with, and how many seconds each may take; jobs are done on the running loop."""
        self._broker = broker
        self._work = work
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._running: set[Future[None]] = set()

    def add[J](self, kind: type[J], perform: Perform[J]) -> None:
        """Have jobs of this kind done so."""

        @dramatiq.actor(broker=self._broker, actor_name=kind.__name__, throws=UnreadableError)
        def actor(job_id: str, payload: str) -> None:
            self._run(kind, perform, job_id, payload)

        _ = actor

    def cancel(self) -> None:
        """Stop what is being done; it is tried again, by whoever fetches it then."""
        for future in tuple(self._running):
            future.cancel()

    def _run[J](self, kind: type[J], perform: Perform[J], job_id: str, payload: str) -> None:
        try:
            job = msgspec.json.decode(payload, type=kind)
        except (ValueError, RecursionError):
            _logger.error("a job cannot be read", extra={"job": job_id, "kind": kind.__name__})  # noqa: TRY400 - its text shows the payload
            raise UnreadableError from None
        future = asyncio.run_coroutine_threadsafe(self._perform(perform, job_id, job), self._loop)
        self._running.add(future)
        try:
            future.result()
        except (Exception, CancelledError) as error:  # noqa: BLE001 - it has been logged, and is tried again
            reason = type(error).__name__
        else:
            return
        finally:
            self._running.discard(future)
        # Raised out here, without the cause: the broker keeps the traceback, and would log the payload with others.
        raise dramatiq.errors.Retry(reason)

    async def _perform[J](self, perform: Perform[J], job_id: str, job: J) -> None:
        _job_id.set(job_id)
        about = {"job": job_id, "kind": type(job).__name__}
        started = perf_counter()
        try:
            async with asyncio.timeout(self._timeout):
                await perform(self._work, UUID(job_id), job)
        except Exception:
            _logger.exception("a job failed", extra=about)
            raise
        except asyncio.CancelledError:
            _logger.warning("a job was cancelled", extra=about)
            raise
        _logger.info("a job is done", extra={**about, "milliseconds": round((perf_counter() - started) * 1000, 2)})

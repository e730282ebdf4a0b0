"""Runs a job: holds it, calls its handler, and writes down how that went."""

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.jobs import Attempt, Job, JobStore
from {{ package }}.workers.registry import Entry, Handlers, Run, Transaction, WorkerServices

MAX_BACKOFF: Final = timedelta(minutes=10)
_TAKEN_OVER: Final = "another worker has taken the job over"

_current: ContextVar[str | None] = ContextVar("job_id", default=None)
_logger = logging.getLogger(__name__)


class JobError(Exception):
    """The attempt failed without an exception from the handler."""


def current_job_id() -> str | None:
    """Return the id of the job that is running, for log lines."""
    return _current.get()


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after a number of failed attempts: 2 seconds, then twice as long each time."""
    return min(timedelta(seconds=1 << min(attempts, 20)), MAX_BACKOFF)


@dataclass(frozen=True, slots=True)
class Runner:
    handlers: Handlers
    services: WorkerServices
    store: JobStore
    open_transaction: Transaction
    lease: float
    timeout: float

    async def run(self, job_id: UUID) -> None:
        """Do a job if it is due and nobody else does. When it fails, its row says why."""
        _current.set(str(job_id))  # for this task, which ends with the attempt
        # While the database is away nothing can be written down: another attempt follows when the lease is over.
        with suppress(Unavailable):
            if attempt := await self.store.claim(job_id):
                await self._run(attempt)

    async def _run(self, attempt: Attempt) -> None:
        about = {"job": attempt.kind, "attempt": attempt.number}
        try:
            async with asyncio.timeout(self.timeout) as limit:
                await self._handle(attempt, limit)
        except Exception as error:  # noqa: BLE001 - the row says what went wrong
            _log_attempt(error, about)
            await self._failed(attempt, _reason(error))
        else:
            _logger.info("job done", extra=about)

    async def _handle(self, attempt: Attempt, limit: asyncio.Timeout) -> None:
        if attempt.number > attempt.limit:
            message = "the worker died during the last attempt"
            raise JobError(message)
        entry, job = self._read(attempt)
        renewing = asyncio.create_task(self._renew(attempt, limit))
        finished = False

        @asynccontextmanager
        async def done() -> AsyncGenerator[None]:
            nonlocal finished
            renewing.cancel()  # from here on the transaction holds the row
            async with self.open_transaction():
                if not await self.store.finish(attempt):
                    raise JobError(_TAKEN_OVER)
                yield
            finished = True

        try:
            await entry.handler(Run(attempt.job_id, self.services, self.open_transaction, done), job)
        finally:
            renewing.cancel()
        if not finished:
            message = "the handler returned without `async with run.done():`"
            raise JobError(message)

    async def _renew(self, attempt: Attempt, limit: asyncio.Timeout) -> None:
        """Renew the lease until another worker has taken the job over, and then end the attempt."""
        held = True
        while held:
            await asyncio.sleep(self.lease / 3)
            with suppress(Unavailable):
                held = await self.store.renew(attempt)
        _logger.warning(_TAKEN_OVER)
        limit.reschedule(0)

    def _read(self, attempt: Attempt) -> tuple[Entry, Job]:
        entry = self.handlers.by_name.get(attempt.kind)
        if entry is None:
            message = f"no handler for {attempt.kind}"
            raise JobError(message)
        return entry, msgspec.json.decode(attempt.payload, type=entry.kind)

    async def _failed(self, attempt: Attempt, reason: str) -> None:
        if attempt.number < attempt.limit:
            await self.store.fail(attempt, reason, backoff(attempt.number))
            return
        try:
            await self._bury(attempt, reason, hook=True)
        except Exception as error:
            if isinstance(error, Unavailable) and error.dependency == "database":
                raise  # another attempt follows when the lease is over
            _log_failure("on_death failed", error, {"job": attempt.kind})
            await self._bury(attempt, reason, hook=False)

    async def _bury(self, attempt: Attempt, reason: str, *, hook: bool) -> None:
        async with self.open_transaction():
            if not await self.store.bury(attempt, reason):
                return
            if hook and (known := self.handlers.by_name.get(attempt.kind)) and known.on_death:
                await known.on_death(self.services, self._read(attempt)[1])
        _logger.error("job is dead", extra={"job": attempt.kind, "attempt": attempt.number})


def _reason(error: Exception) -> str:
    """Return what may be shown of an error. The message of a handler's exception can quote the job."""
    own = isinstance(error, JobError | Unavailable)
    return f"{type(error).__name__}: {error}"[:1000] if own else type(error).__name__


def _log_attempt(error: Exception, about: Mapping[str, object]) -> None:
    """Log a failed attempt. An outage needs no traceback: the job is tried again, and an error when it is dead."""
    if isinstance(error, Unavailable):
        _logger.warning("job failed", extra={**about, "reason": _reason(error)})
    else:
        _log_failure("job failed", error, about)


def _log_failure(message: str, error: Exception, about: Mapping[str, object]) -> None:
    places = "".join(traceback.format_tb(error.__traceback__))
    _logger.error(message, extra={**about, "reason": _reason(error), "traceback": places})

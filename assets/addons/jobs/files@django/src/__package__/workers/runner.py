"""Runs a job: holds it, calls its handler, and writes down how that went."""

import logging
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import msgspec
from dramatiq.middleware import Interrupt

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.jobs import Attempt, Job, JobStore
from {{ package }}.workers.registry import Entry, Handlers, Run, Transaction, WorkerServices
from {{ package }}.workers.watch import TakenOver, Watch

MAX_BACKOFF: Final = timedelta(minutes=10)

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

    def run(self, job_id: UUID) -> None:
        """Do a job if it is due and nobody else does. When it fails, its row says why."""
        _current.set(str(job_id))  # until this thread runs another one
        # While the database is away nothing can be written down: another attempt follows when the lease is over.
        with suppress(Unavailable):
            if attempt := self.store.claim(job_id):
                self._run(attempt)

    def _run(self, attempt: Attempt) -> None:
        about = {"job": attempt.kind, "attempt": attempt.number}
        try:
            self._handle(attempt)
        except (Exception, Interrupt) as error:  # noqa: BLE001 - the row says what went wrong
            _log_attempt(error, about)
            self._failed(attempt, _reason(error))
        else:
            _logger.info("job done", extra=about)

    def _handle(self, attempt: Attempt) -> None:
        if attempt.number > attempt.limit:
            message = "the worker died during the last attempt"
            raise JobError(message)
        entry, job = self._read(attempt)
        finished = False

        @contextmanager
        def done() -> Generator[None]:
            nonlocal finished
            watch.stop_renewing()
            with self.open_transaction():
                if not self.store.finish(attempt):
                    raise TakenOver
                yield
            finished = True

        with Watch(partial(self.store.renew, attempt), self.lease / 3, self.timeout) as watch:
            entry.handler(Run(attempt.job_id, self.services, self.open_transaction, done), job)
        if not finished:
            message = "the handler returned without `with run.done():`"
            raise JobError(message)

    def _read(self, attempt: Attempt) -> tuple[Entry, Job]:
        entry = self.handlers.by_name.get(attempt.kind)
        if entry is None:
            message = f"no handler for {attempt.kind}"
            raise JobError(message)
        return entry, msgspec.json.decode(attempt.payload, type=entry.kind)

    def _failed(self, attempt: Attempt, reason: str) -> None:
        if attempt.number < attempt.limit:
            self.store.fail(attempt, reason, backoff(attempt.number))
            return
        try:
            self._bury(attempt, reason, hook=True)
        except Exception as error:
            if isinstance(error, Unavailable) and error.dependency == "database":
                raise  # another attempt follows when the lease is over
            _log_failure("on_death failed", error, {"job": attempt.kind})
            self._bury(attempt, reason, hook=False)

    def _bury(self, attempt: Attempt, reason: str, *, hook: bool) -> None:
        with self.open_transaction():
            if not self.store.bury(attempt, reason):
                return
            if hook and (known := self.handlers.by_name.get(attempt.kind)) and known.on_death:
                known.on_death(self.services, self._read(attempt)[1])
        _logger.error("job is dead", extra={"job": attempt.kind, "attempt": attempt.number})


def _reason(error: BaseException) -> str:
    """Return what may be shown of an error. The message of a handler's exception can quote the job."""
    own = isinstance(error, JobError | Unavailable | Interrupt)
    return f"{type(error).__name__}: {error}"[:1000] if own else type(error).__name__


def _log_attempt(error: BaseException, about: Mapping[str, object]) -> None:
    """Log a failed attempt. An outage needs no traceback: the job is tried again, and an error when it is dead."""
    if isinstance(error, Unavailable):
        _logger.warning("job failed", extra={**about, "reason": _reason(error)})
    else:
        _log_failure("job failed", error, about)


def _log_failure(message: str, error: BaseException, about: Mapping[str, object]) -> None:
    places = "".join(traceback.format_tb(error.__traceback__))
    _logger.error(message, extra={**about, "reason": _reason(error), "traceback": places})

"""Calls the handler of a job."""

import logging
import traceback
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

import msgspec

from {{ package }}.workers.registry import Handlers, Run, WorkerServices

_current: ContextVar[str | None] = ContextVar("job_id", default=None)
_logger = logging.getLogger(__name__)


def current_job_id() -> str | None:
    """Return the id of the job that is running, for log lines."""
    return _current.get()


@dataclass(frozen=True, slots=True)
class Runner:
    handlers: Handlers
    services: WorkerServices

    async def run(self, job_id: UUID, kind: str, payload: str) -> None:
        """Do a job, or raise what its handler raises."""
        _current.set(str(job_id))  # for this task, which ends with the attempt
        try:
            entry = self.handlers.by_name[kind]
            await entry.handler(Run(job_id, self.services), msgspec.json.decode(payload, type=entry.kind))
        except Exception as error:
            # Without its message, which can quote the job.
            places = "".join(traceback.format_tb(error.__traceback__))
            _logger.error("job failed", extra={"job": kind, "reason": type(error).__name__, "traceback": places})  # noqa: TRY400
            raise
        else:
            _logger.info("job done", extra={"job": kind})

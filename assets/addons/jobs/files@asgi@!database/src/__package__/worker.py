"""The worker process. Dramatiq's command imports it: `dramatiq {{ package }}.worker`.

Dramatiq carries jobs to workers, and tries them again.
"""

import logging
from functools import partial
from typing import Final, cast
from uuid import UUID

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, CurrentMessage, Retries, TimeLimit

from {{ package }}.bootstrap import create_runner
from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.logging import configure_logging
from {{ package }}.workers.lifespan import Lifespan
from {{ package }}.workers.runner import current_job_id

_settings: Final = load_settings()
configure_logging(_settings.app.log_level, json=_settings.app.production, job_id=current_job_id)
_lifespan: Final = Lifespan(partial(create_runner, _settings))
_middleware: Final = [
    AsyncIO(),
    _lifespan,
    CurrentMessage(),
    TimeLimit(time_limit=round(_settings.jobs.timeout * 1000)),
    Retries(max_retries=_settings.jobs.attempts - 1, min_backoff=2_000, max_backoff=600_000),
]
dramatiq.set_broker(
    RedisBroker(
        url=_settings.jobs.redis_url.text,
        namespace="{{ package }}",
        middleware=_middleware,
        heartbeat_timeout=round(_settings.jobs.lease * 1000),
        maintenance_chance=1_000_000,  # of a million: every command looks for the jobs of workers that are silent
    )
)


@dramatiq.actor
async def run_job() -> None:
    # The job is in the options of the message: Dramatiq logs the arguments of what has failed.
    message = cast("dramatiq.Message[None]", CurrentMessage.get_current_message())
    kind, payload = cast("tuple[str, str]", message.options["job"])
    await _lifespan.runner.run(UUID(message.message_id), kind, payload)


run_job.logger.setLevel(logging.WARNING)
logging.getLogger("dramatiq.worker").setLevel(logging.CRITICAL)  # the runner logs what a handler raises

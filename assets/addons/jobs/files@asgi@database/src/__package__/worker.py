"""The worker process. Dramatiq's command imports it: `dramatiq {{ package }}.worker`.

Dramatiq carries the ids of jobs to workers. What it loses is sent again.
"""

import logging
from functools import partial
from typing import Final
from uuid import UUID

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO

from {{ package }}.bootstrap import create_runner
from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.logging import configure_logging
from {{ package }}.workers.lifespan import Lifespan
from {{ package }}.workers.runner import current_job_id

_settings: Final = load_settings()
configure_logging(_settings.app.log_level, json=_settings.app.production, job_id=current_job_id)
_lifespan: Final = Lifespan(partial(create_runner, _settings))
_middleware: Final = [AsyncIO(), _lifespan]
dramatiq.set_broker(RedisBroker(url=_settings.jobs.redis_url.text, namespace="{{ package }}", middleware=_middleware))


@dramatiq.actor
async def run_job(job_id: str) -> None:
    await _lifespan.runner.run(UUID(job_id))


_lifespan.send = run_job.send
run_job.logger.setLevel(logging.WARNING)  # at DEBUG it would log each id twice more

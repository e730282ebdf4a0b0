"""The worker process. Dramatiq's command imports it: `dramatiq {{ package }}.worker`.

Dramatiq carries the ids of jobs to workers. What it loses is sent again.
"""

import logging
import os
from typing import Final
from uuid import UUID

import django
import dramatiq
from dramatiq.brokers.redis import RedisBroker

from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.logging import configure_logging
from {{ package }}.workers.relay import Relay
from {{ package }}.workers.runner import Runner, current_job_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{{ package }}.infrastructure.settings")
django.setup()


def _create_runner() -> Runner:
    from {{ package }}.bootstrap import create_runner  # noqa: PLC0415 - Django has to be set up

    return create_runner()


_settings: Final = load_settings()
configure_logging(_settings.app.log_level, json=_settings.app.production, job_id=current_job_id)
_relay: Final = Relay(_create_runner)
dramatiq.set_broker(RedisBroker(url=_settings.jobs.redis_url.text, namespace="{{ package }}", middleware=[_relay]))


@dramatiq.actor
def run_job(job_id: str) -> None:
    _relay.runner.run(UUID(job_id))


_relay.send = run_job.send
run_job.logger.setLevel(logging.WARNING)  # at DEBUG it would log each id twice more

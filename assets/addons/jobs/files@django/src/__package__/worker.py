"""The worker process. Dramatiq's command imports it: `dramatiq {{ package }}.worker`."""

import os
from typing import Final

import django

from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.logging import configure_logging
from {{ package }}.workers.broker import create_broker
from {{ package }}.workers.runner import Runner, current_job_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{{ package }}.infrastructure.settings")
django.setup()

_settings: Final = load_settings()
configure_logging(_settings.app.log_level, json=_settings.app.production, job_id=current_job_id)


def _create_runner() -> Runner:
    from {{ package }}.bootstrap import create_runner  # noqa: PLC0415 - Django has to be set up

    return create_runner()


broker: Final = create_broker(_settings.jobs.redis_url.text, _create_runner)

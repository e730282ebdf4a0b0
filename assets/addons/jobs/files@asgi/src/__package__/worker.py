"""The worker process. Dramatiq's command imports it: `dramatiq {{ package }}.worker`."""

from functools import partial
from typing import Final

from {{ package }}.bootstrap import create_runner
from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.logging import configure_logging
from {{ package }}.workers.broker import create_broker
from {{ package }}.workers.runner import current_job_id

_settings: Final = load_settings()
configure_logging(_settings.app.log_level, json=_settings.app.production, job_id=current_job_id)
broker: Final = create_broker(
    _settings.jobs.redis_url.text,
    partial(create_runner, _settings),
    {{ slot("worker.broker") }}
)

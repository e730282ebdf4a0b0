"""What becomes of jobs that fail: tried again, later each time, until they are dead letters."""

import logging
import time
from typing import Final, cast, final, override

from dramatiq import Broker, MessageProxy
from dramatiq.errors import ConnectionClosed
from dramatiq.middleware import Middleware, Retries

from {{ package }}.infrastructure.config import JobsSettings

PAUSE: Final = 0.5
"""How many seconds pass until a retry is offered once more to a queue that did not take it."""

_logger = logging.getLogger(__name__)


@final
class PersistentRetries(Retries):
    """Offers a retry until the queue takes it: the broker counts a job as done whose retry could not be noted."""

    def __init__(self, settings: JobsSettings) -> None:
        """Take how often, and how long to wait in between."""
        super().__init__(
            max_retries=settings.retries,
            min_backoff=round(settings.backoff * 1000),
            max_backoff=round(settings.backoff_max * 1000),
        )

    @override
    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        tried = cast("int", message.options.get("retries", 0))
        while True:
            try:
                super().after_process_message(broker, message, result=result, exception=exception)
            except ConnectionClosed:
                message.options["retries"] = tried
                time.sleep(PAUSE)
            else:
                return


@final
class DeadLetterLog(Middleware):
    """Says that a job has failed for good."""

    @override
    def after_nack(self, broker: Broker, message: MessageProxy) -> None:
        _logger.error("a job is now a dead letter", extra={"job": message.message_id, "kind": message.actor_name})

"""Sends the ids of jobs that are due to Redis, soon after the commit that enqueued them."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from time import monotonic
from typing import Final

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.jobs import JobStore
from {{ package }}.workers.registry import Handlers

POLL_SECONDS: Final = 1.0
"""How long to wait for a notification. Jobs whose delay or lease is over come without one."""

_logger = logging.getLogger(__name__)


async def relay(store: JobStore, handlers: Handlers, send: Callable[[str], object]) -> None:
    """Relay until cancelled. What is not sent, or lost after it was, is sent again some time later."""
    failing, periodic_at = False, 0.0
    while True:
        try:
            async with aclosing(store.wake_ups(POLL_SECONDS)) as wake_ups:
                async for _ in wake_ups:
                    if monotonic() >= periodic_at:
                        periodic_at = monotonic() + POLL_SECONDS
                        await enqueue_periodic(store, handlers)
                    while ids := await store.take_unsent():
                        for job_id in ids:
                            await asyncio.to_thread(send, str(job_id))
                    if failing:
                        _logger.warning("the relay works again")
                    failing = False
        except Exception as error:  # noqa: BLE001 - the relay outlives every outage
            if not failing:
                _logger.warning("jobs cannot be sent: %s", type(error).__name__)
            failing = True
            await asyncio.sleep(POLL_SECONDS)


async def enqueue_periodic(store: JobStore, handlers: Handlers) -> None:
    """Enqueue periodic jobs that are due. One that cannot be enqueued is logged, and holds up no other."""
    for job, every in handlers.periodic:
        try:
            await store.enqueue_periodic(job, every)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the others go on
            _logger.warning("%s cannot be enqueued: %s", type(job).__name__, type(error).__name__)

"""Dramatiq carries jobs to workers, and tries them again."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from typing import Final, cast, final, override
from uuid import UUID

import dramatiq
from dramatiq import Broker, Worker
from dramatiq.asyncio import async_to_sync
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, CurrentMessage, Middleware, MiddlewareError, Retries, TimeLimit

from {{ package }}.workers.runner import Runner

MIN_BACKOFF: Final = 2_000
MAX_BACKOFF: Final = 600_000

_logger = logging.getLogger(__name__)


{{ partial("lifespan.py") }}


def create_broker(
    url: str,
    open_runner: Callable[[], AbstractAsyncContextManager[Runner]],
    *,
    attempts: int,
    lease: float,
    timeout: float,
) -> RedisBroker:
    """Return the broker with its one actor. Nothing connects before a worker starts."""
    lifespan = Lifespan(open_runner)
    limit = TimeLimit(time_limit=round(timeout * 1000))
    retries = Retries(max_retries=attempts - 1, min_backoff=MIN_BACKOFF, max_backoff=MAX_BACKOFF)
    broker = RedisBroker(
        url=url,
        namespace="{{ package }}",
        middleware=[AsyncIO(), lifespan, CurrentMessage(), limit, retries],
        heartbeat_timeout=round(lease * 1000),
        maintenance_chance=1_000_000,  # of a million: every command looks for the jobs of workers that are silent
    )
    dramatiq.set_broker(broker)

    @dramatiq.actor(broker=broker)
    async def run_job() -> None:
        # The job is in the options of the message: Dramatiq logs the arguments of what has failed.
        message = cast("dramatiq.Message[None]", CurrentMessage.get_current_message())
        kind, payload = cast("tuple[str, str]", message.options["job"])
        await lifespan.runner.run(UUID(message.message_id), kind, payload)

    run_job.logger.setLevel(logging.WARNING)
    logging.getLogger("dramatiq.worker").setLevel(logging.CRITICAL)  # the runner logs what a handler raises
    return broker

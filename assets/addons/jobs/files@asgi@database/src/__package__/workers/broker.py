"""Dramatiq carries the ids of jobs to workers. What it loses is sent again."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import final, override
from uuid import UUID

import dramatiq
from dramatiq import Broker, Worker
from dramatiq.asyncio import async_to_sync
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, Middleware, MiddlewareError

from {{ package }}.workers.relay import relay
from {{ package }}.workers.runner import Runner

_logger = logging.getLogger(__name__)


{{ partial("lifespan.py") }}


def create_broker(url: str, open_runner: Callable[[], AbstractAsyncContextManager[Runner]]) -> RedisBroker:
    """Return the broker with its one actor. Nothing connects before a worker starts."""

    @asynccontextmanager
    async def open_with_relay() -> AsyncGenerator[Runner]:
        async with open_runner() as runner:
            relaying = asyncio.create_task(relay(runner.store, runner.handlers, run_job.send))
            try:
                yield runner
            finally:
                relaying.cancel()
                await asyncio.wait([relaying])

    lifespan = Lifespan(open_with_relay)
    broker = RedisBroker(url=url, namespace="{{ package }}", middleware=[AsyncIO(), lifespan])
    dramatiq.set_broker(broker)

    @dramatiq.actor(broker=broker)
    async def run_job(job_id: str) -> None:
        await lifespan.runner.run(UUID(job_id))

    run_job.logger.setLevel(logging.WARNING)  # at DEBUG it would log each id twice more
    return broker

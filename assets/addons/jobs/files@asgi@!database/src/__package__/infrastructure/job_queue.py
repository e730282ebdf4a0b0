"""Sends jobs to Redis, as messages of Dramatiq's."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final, cast, final
from uuid import UUID

import msgspec
from dramatiq import Broker, Message
from dramatiq.brokers.redis import RedisBroker
from redis.exceptions import RedisError

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.jobs import NO_DELAY, Job

_DEPENDENCY: Final = "jobs"


@final
class DramatiqJobQueue:
    """The port `JobQueue`."""

    def __init__(self, broker: Broker) -> None:
        self._enqueue = cast("Callable[..., object]", broker.enqueue)

    async def enqueue(self, job: Job, *, delay: timedelta = NO_DELAY) -> UUID:
        options = {"job": (type(job).__name__, msgspec.json.encode(job).decode())}
        message = Message[None]("default", "run_job", (), {}, options)
        milliseconds = round(delay.total_seconds() * 1000) or None
        try:
            await asyncio.to_thread(self._enqueue, message, delay=milliseconds)
        except (RedisError, OSError) as error:
            raise Unavailable(_DEPENDENCY, type(error).__name__) from None
        return UUID(message.message_id)


@asynccontextmanager
async def open_job_queue(url: str) -> AsyncGenerator[DramatiqJobQueue]:
    """Open the queue for the lifetime of the service. Redis may be down at start."""
    broker = RedisBroker(url=url, namespace="{{ package }}", middleware=[])
    try:
        yield DramatiqJobQueue(broker)
    finally:
        broker.close()

"""What jobs need, opened together: on Redis, or within this process."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from dramatiq import Broker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import Middleware

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import JobsSettings, RedisSettings
from {{ package }}.infrastructure.jobs.keys import Keys
from {{ package }}.infrastructure.jobs.letters import DeadLetters
from {{ package }}.infrastructure.jobs.queue import DramatiqQueue, open_queue
from {{ package }}.infrastructure.jobs.redis_broker import DurableRedisBroker
from {{ package }}.infrastructure.jobs.retries import DeadLetterLog, PersistentRetries
from {{ package }}.infrastructure.jobs.status import InProcessStatus, RedisStatus, Status
from {{ package }}.infrastructure.jobs.ticks import InProcessTicks, RedisTicks
from {{ package }}.infrastructure.redis.client import open_redis


@dataclass(frozen=True, slots=True)
class JobSystem:
    """`letters` is None where jobs are done within the process: nothing is kept there."""

    broker: Broker
    queue: DramatiqQueue
    status: Status
    ticks: RedisTicks | InProcessTicks
    letters: DeadLetters | None

    @property
    def in_process(self) -> bool:
        """Whether the service does its jobs itself."""
        return self.letters is None


@asynccontextmanager
async def open_jobs(settings: JobsSettings, redis: RedisSettings) -> AsyncGenerator[JobSystem]:
    """Give it for as long as its user runs; Redis need not be up."""
    # What its threads meet is said where it is met; it would say more, and show what jobs are about.
    logging.getLogger("dramatiq.worker").setLevel(logging.CRITICAL + 1)
    middleware: list[Middleware] = [PersistentRetries(settings), DeadLetterLog()]
    if redis.url.in_process:
        broker = StubBroker(middleware)
        async with open_queue(broker, redis.timeout) as queue:
            yield JobSystem(broker, queue, InProcessStatus(), InProcessTicks(), None)
        return
    broker = DurableRedisBroker(settings, redis, middleware)
    async with open_redis(redis) as client, open_queue(broker, redis.timeout) as queue:
        keys = Keys(settings.namespace)
        status = RedisStatus(client, keys)
        with suppress(Unavailable):
            await status.check()
        yield JobSystem(broker, queue, status, RedisTicks(client, keys), DeadLetters(client, keys, queue))
    broker.redis.close()

"""The canary: dramatiq has what jobs lean on and its documentation does not promise, by name and in Redis."""

import asyncio
from typing import cast
import msgspec
from dramatiq import Worker, worker
from dramatiq.brokers.redis import RedisBroker
from {{ package }}.infrastructure.jobs.envelope import QUEUE
from {{ package }}.infrastructure.jobs.keys import Keys
from {{ package }}.infrastructure.jobs.system import JobSystem
from {{ package }}.infrastructure.redis.client import RedisClient
from tests.fixtures.jobs import CREATED


async def test_canary_dramatiq_has_the_names_and_the_keys_that_jobs_lean_on(
    on_redis: JobSystem, job_redis: RedisClient, keys: Keys
) -> None:
    broker = cast("RedisBroker", on_redis.broker)
    needed = {
        "redis_broker.py": (broker, ("_dispatch", "broker_id", "delay_queues")),
        "pool.py": (Worker(broker), ("consumers", "queue_prefetch", "worker_threads", "workers")),
        "tests/fixtures/jobs.py": (worker, ("CONSUMER_RESTART_DELAY_SECS", "POST_PROCESS_MESSAGE_RETRY_DELAY_SECS")),
    }

    async def missing(*expected: str) -> set[str]:
        found = msgspec.convert(await job_redis.send("KEYS", f"{keys.namespace}*"), list[bytes])
        return set(expected) - {key.decode() for key in found}

    gone = [f"{file}: {name}" for file, (owner, names) in needed.items() for name in names if not hasattr(owner, name)]
    assert gone == [], "dramatiq has these names no more: the files have to follow"

    await on_redis.queue.enqueue(CREATED)
    broker.declare_queue(QUEUE)
    moved = "dramatiq writes these keys no more: keys.py has to follow"
    assert await missing(keys.waiting, keys.messages) == set(), moved
    consumer = broker.consume(QUEUE, timeout=10)
    message = await asyncio.to_thread(next, consumer)
    assert message is not None
    assert await missing(keys.fetched(broker.broker_id, QUEUE)) == set(), moved
    await asyncio.to_thread(consumer.nack, message)
    assert await missing(keys.dead, keys.dead_messages) == set(), moved

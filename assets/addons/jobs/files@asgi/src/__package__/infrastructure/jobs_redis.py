"""Whether the Redis that holds jobs answers."""

import asyncio
from typing import Final

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.redis.client import RedisClient

WAIT_SECONDS: Final = 0.5
"""Well below what readiness waits, after which this service would not be ready."""


async def check_jobs_redis(redis: RedisClient) -> str:
    """Return the state for readiness. While it is away, jobs wait; requests are answered."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await redis.send("PING")
    except (Unavailable, TimeoutError):
        return "degraded: the Redis of jobs does not answer"
    return "ok"

"""Whether a Redis answers. redis-py is hardly typed."""

import asyncio
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from {{ package }}.infrastructure.redis.url import RedisUrl

CHECK_SECONDS: Final = 0.5
"""Well below what readiness waits, after which this service would not be ready."""


async def check_redis(url: RedisUrl) -> str:
    """Return the state for readiness: degraded at worst, because requests that need no Redis are still answered."""
    try:
        async with asyncio.timeout(CHECK_SECONDS), Redis.from_url(url.text) as redis:  # pyright: ignore[reportUnknownMemberType]
            await redis.ping()  # pyright: ignore[reportUnknownMemberType]
    except (RedisError, OSError):
        return "degraded: Redis does not answer"
    return "ok"

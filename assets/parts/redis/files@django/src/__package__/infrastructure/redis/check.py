"""Whether a Redis answers. redis-py is hardly typed."""

from typing import Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from {{ package }}.infrastructure.redis.url import RedisUrl

CHECK_SECONDS: Final = 0.4
"""For connecting and for an answer: well below what readiness waits, after which this service would not be ready."""


def check_redis(url: RedisUrl) -> str:
    """Return the state for readiness: degraded at worst, because requests that need no Redis are still answered."""
    try:
        with Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
            url.text,
            socket_timeout=CHECK_SECONDS,
            socket_connect_timeout=CHECK_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as redis:
            redis.ping()  # pyright: ignore[reportUnknownMemberType]
    except (RedisError, OSError):
        return "degraded: Redis does not answer"
    return "ok"

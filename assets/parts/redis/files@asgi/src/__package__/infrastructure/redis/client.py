"""A Redis client whose commands end in bounded time. redis-py is hardly typed: its types stay in this module."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, cast, final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import RedisSettings

_create_pool: Final = cast("Callable[..., BlockingConnectionPool]", BlockingConnectionPool.from_url)


@final
class RedisClient:
    def __init__(self, redis: Redis, timeout: float) -> None:
        self._timeout = timeout
        self._execute = cast("Callable[..., Awaitable[object]]", redis.execute_command)

    async def send(self, *command: str | bytes | float) -> object:
        """Send a command and return the answer, or raise Unavailable within the time that the settings allow."""
        try:
            # redis-py bounds each attempt to connect, and its retries, for themselves: together they take longer.
            async with asyncio.timeout(self._timeout):
                return await self._execute(*command)
        except (RedisError, OSError) as error:
            failure = Unavailable("redis", type(error).__name__)
        # Raised outside the handler: the library's message can hold values, and would be shown as the context.
        raise failure


def pool_bounds(settings: RedisSettings) -> dict[str, object]:
    """Return the options of a connection pool that bound every wait."""
    return {
        "max_connections": settings.connections,
        "timeout": settings.timeout,
        "socket_timeout": settings.timeout,
        "socket_connect_timeout": settings.timeout,
        "socket_keepalive": True,
        "health_check_interval": 15,
    }


@asynccontextmanager
async def open_redis(settings: RedisSettings) -> AsyncGenerator[RedisClient]:
    """Open a client for the lifetime of the service. Redis may be down at start."""
    # One retry, because the server may have closed an idle connection.
    pool = _create_pool(settings.url.text, retry=Retry(NoBackoff(), 1), **pool_bounds(settings))
    try:
        yield RedisClient(Redis(connection_pool=pool), settings.timeout)
    finally:
        await pool.aclose()

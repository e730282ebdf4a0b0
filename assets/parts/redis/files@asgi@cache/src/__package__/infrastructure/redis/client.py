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
            # Of waiting for a connection, opening one, the answer and a retry redis-py bounds each for itself.
            async with asyncio.timeout(self._timeout):
                return await self._execute(*command)
        except (RedisError, OSError) as error:
            failure = Unavailable("redis", type(error).__name__)
        # Raised outside the handler: the library's message can hold values, and would be shown as the context.
        raise failure


@asynccontextmanager
async def open_redis(settings: RedisSettings) -> AsyncGenerator[RedisClient]:
    """Open a client for the lifetime of the service. Redis may be down at start."""
    pool = _create_pool(
        settings.url.text,
        max_connections=settings.connections,
        socket_timeout=None,  # `RedisClient.send` bounds it all
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 1),  # because the server may have closed an idle connection
    )
    try:
        yield RedisClient(Redis(connection_pool=pool), settings.timeout)
    finally:
        await pool.aclose()

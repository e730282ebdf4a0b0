"""A client of Redis on which nothing hangs. The library is hardly typed: it stays in here."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, cast, final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoPermissionError, RedisError, ResponseError

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import RedisSettings

_create_pool: Final = cast("Callable[..., BlockingConnectionPool]", BlockingConnectionPool.from_url)


class CommandError(Exception):
    """Redis answered that it will not do this, and would say so again."""


class NotPermittedError(Unavailable):
    """Redis denies this user the command; that may pass once its rights are mended."""


@final
class RedisClient:
    """Sends commands; what they hold never reaches a message."""

    def __init__(self, redis: Redis) -> None:
        """Take the client; it belongs to `open_redis`."""
        self._send = cast("Callable[..., Awaitable[object]]", redis.execute_command)

    async def send(self, *command: str | bytes | float) -> object:
        """Return the answer, or raise Unavailable within the time that the settings give it."""
        try:
            return await self._send(*command)
        except (RedisError, OSError) as error:
            failure = _translated(error, command[0])
        # Raised out here, it has no context that would bring the library's message along.
        raise failure


def _translated(error: Exception, command: object) -> Unavailable | CommandError:
    """Say what it means; kinds of ResponseError of their own, such as out of memory or read only, pass by."""
    if type(error) is ResponseError:
        return CommandError(f"Redis refused {command}")
    if isinstance(error, NoPermissionError):
        return NotPermittedError("redis", f"does not permit {command}")
    return Unavailable("redis", type(error).__name__)


def pool_bounds(settings: RedisSettings) -> dict[str, object]:
    """Return the options of a pool on which nothing hangs."""
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
    """Give a client for as long as its user runs; Redis need not be up."""
    pool = _create_pool(
        settings.url.text,
        **pool_bounds(settings),
        # A connection that the server has closed meanwhile is found out by using it.
        retry=Retry(NoBackoff(), 1),
    )
    try:
        yield RedisClient(Redis(connection_pool=pool))
    finally:
        await pool.aclose()

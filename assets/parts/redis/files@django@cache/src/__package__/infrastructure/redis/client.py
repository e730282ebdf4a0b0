"""A Redis client whose commands end in bounded time. redis-py is hardly typed: its types stay in this module."""

from collections.abc import Callable
from typing import Final, cast, final

from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import RedisSettings

_create_pool: Final = cast("Callable[..., BlockingConnectionPool]", BlockingConnectionPool.from_url)


@final
class RedisClient:
    """Connects with the first command. Redis may be down before."""

    def __init__(self, settings: RedisSettings) -> None:
        # A free connection, connecting and the answer are waited for so long each.
        pool = _create_pool(
            settings.url.text,
            max_connections=settings.connections,
            timeout=settings.timeout,
            socket_timeout=settings.timeout,
            socket_connect_timeout=settings.timeout,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),  # the pool opens a connection again that the server has closed
        )
        self._execute = cast("Callable[..., object]", Redis(connection_pool=pool).execute_command)

    def send(self, *command: str | bytes | float) -> object:
        """Send a command and return the answer, or raise Unavailable within the time that the settings allow."""
        try:
            return self._execute(*command)
        except (RedisError, OSError) as error:
            failure = Unavailable("redis", type(error).__name__)
        # Raised outside the handler: the library's message can hold values, and would be shown as the context.
        raise failure

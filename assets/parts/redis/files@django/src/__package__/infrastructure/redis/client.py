"""A Redis client whose commands end in bounded time. redis-py is hardly typed: its types stay in this module."""

from collections.abc import Callable
from typing import Final, cast, final

from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import RedisSettings

CHECK_SECONDS: Final = 0.4
"""With connecting and an answer well below what readiness waits, after which this service would not be ready."""

type Execute = Callable[..., object]

_create_pool: Final = cast("Callable[..., BlockingConnectionPool]", BlockingConnectionPool.from_url)


@final
class RedisClient:
    """Connects with the first command. Redis may be down before."""

    def __init__(self, settings: RedisSettings) -> None:
        self._execute = _commands(settings, settings.timeout)
        self._probe = _commands(settings, CHECK_SECONDS)

    def send(self, *command: str | bytes | float) -> object:
        """Send a command and return the answer, or raise Unavailable within the time that the settings allow."""
        return _sent(self._execute, *command)

    def check(self) -> str:
        """Return the state for readiness: degraded at worst, because requests that need no Redis are still answered."""
        try:
            _sent(self._probe, "PING")
        except Unavailable:
            return "degraded: Redis does not answer"
        return "ok"


def _commands(settings: RedisSettings, timeout: float) -> Execute:
    """Return what sends commands. A free connection, connecting and the answer are waited for so long each."""
    pool = _create_pool(
        settings.url.text,
        max_connections=settings.connections,
        timeout=timeout,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),  # the pool opens a connection again that the server has closed
    )
    return cast("Execute", Redis(connection_pool=pool).execute_command)


def _sent(execute: Execute, *command: str | bytes | float) -> object:
    try:
        return execute(*command)
    except (RedisError, OSError) as error:
        failure = Unavailable("redis", type(error).__name__)
    # Raised outside the handler: the library's message can hold values, and would be shown as the context.
    raise failure

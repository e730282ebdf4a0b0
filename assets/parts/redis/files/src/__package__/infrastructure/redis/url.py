"""REDIS_URL, as redis-py reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self, cast

{{ slot("redis.pool") }}

_EXPECTED: Final = (
    "expected redis://user:password@host:6379/0 or rediss://…, with parameters that redis-py knows; "
    "try percent-encoding special characters in the password"
)
_create_pool: Final = cast("Callable[[str], ConnectionPool]", ConnectionPool.from_url)


@dataclass(frozen=True, slots=True)
class RedisUrl:
    """The URL of a server. It holds the password, so it is never shown."""

    text: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL. The ValueError for a bad one repeats nothing of it."""
        try:
            # Nothing connects here: this finds parameters that would fail at the first command.
            _create_pool(text).make_connection()
        except (TypeError, ValueError):
            raise ValueError(_EXPECTED) from None
        return cls(text)

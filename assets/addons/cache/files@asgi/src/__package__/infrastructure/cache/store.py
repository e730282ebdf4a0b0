"""Where a cache keeps bytes, and the store that does so in Redis.

An old value must not be put back by a reader that is slower than a write. So who is about to read reserves the key with
a mark of its own, and only fills it while that mark stands; forgetting takes the mark away.
"""

from typing import Final, Protocol, cast, final

from {{ package }}.infrastructure.redis.client import RedisClient

RESERVED: Final = b"\xc1"
"""What a mark begins with; it is the one byte that MessagePack never uses."""

RESERVATION: Final = 30.0
"""How many seconds a mark stands if nobody takes it away; what takes longer to read is not kept."""

_FILL: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end"
_RELEASE: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Store(Protocol):
    """Keeps bytes under keys, each for its time."""

    async def read(self, key: str) -> bytes | None:
        """Return what is kept; a reservation is nothing yet."""
        ...

    async def reserve(self, key: str, mark: bytes) -> bool:
        """Put a mark where nothing is, and say whether that was so."""
        ...

    async def fill(self, key: str, mark: bytes, value: bytes, seconds: float) -> None:
        """Put a value where this mark still stands."""
        ...

    async def release(self, key: str, mark: bytes) -> None:
        """Take the mark away if it still stands."""
        ...

    async def forget(self, *keys: str) -> None:
        """Take away values and marks."""
        ...


@final
class RedisStore:
    """Keeps them in Redis, for all processes."""

    def __init__(self, redis: RedisClient) -> None:
        """Take the client; it belongs to `open_redis`."""
        self._redis = redis

    async def read(self, key: str) -> bytes | None:
        """Return what is kept."""
        kept = cast("bytes | None", await self._redis.send("GET", key))
        return None if kept is None or kept.startswith(RESERVED) else kept

    async def reserve(self, key: str, mark: bytes) -> bool:
        """Put a mark where nothing is."""
        return await self._redis.send("SET", key, mark, "NX", "PX", _milliseconds(RESERVATION)) is not None

    async def fill(self, key: str, mark: bytes, value: bytes, seconds: float) -> None:
        """Put a value where this mark still stands."""
        await self._redis.send("EVAL", _FILL, 1, key, mark, value, _milliseconds(seconds))

    async def release(self, key: str, mark: bytes) -> None:
        """Take the mark away if it still stands."""
        await self._redis.send("EVAL", _RELEASE, 1, key, mark)

    async def forget(self, *keys: str) -> None:
        """Take away values and marks."""
        await self._redis.send("DEL", *keys)


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))

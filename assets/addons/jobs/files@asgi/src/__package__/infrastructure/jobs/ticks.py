"""Who does what is due at a set time: one of all workers."""

from typing import final

from {{ package }}.infrastructure.jobs.keys import Keys
from {{ package }}.infrastructure.redis.client import RedisClient


@final
class RedisTicks:
    """Hands out each tick once, among all who share the Redis."""

    def __init__(self, redis: RedisClient, keys: Keys) -> None:
        """Take the client."""
        self._redis = redis
        self._keys = keys

    async def claim(self, name: str, tick: int, seconds: float) -> bool:
        """Tell whether this tick of `name`, `seconds` long, is the caller's to do."""
        kept = round(2000 * seconds)
        return bool(await self._redis.send("SET", self._keys.tick(name, tick), "1", "NX", "PX", kept))

    async def give_back(self, name: str, tick: int) -> None:
        """Have somebody else claim it."""
        await self._redis.send("DEL", self._keys.tick(name, tick))


@final
class InProcessTicks:
    """Hands out each tick once within this process; the one in which it starts has been done."""

    def __init__(self) -> None:
        """Begin."""
        self._last: dict[str, int] = {}

    async def claim(self, name: str, tick: int, seconds: float) -> bool:
        """Tell whether this tick of `name` is the caller's to do."""
        _ = seconds
        before = self._last.setdefault(name, tick)
        self._last[name] = tick
        return before < tick

    async def give_back(self, name: str, tick: int) -> None:
        """Have it claimed once more."""
        self._last[name] = tick - 1

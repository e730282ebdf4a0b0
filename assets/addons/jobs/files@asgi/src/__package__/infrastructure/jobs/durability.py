"""Whether a Redis keeps what it has accepted."""

from collections.abc import Mapping
from typing import cast

from {{ package }}.infrastructure.redis.client import CommandError, NotPermittedError, RedisClient


async def doubts(redis: RedisClient) -> str | None:
    """Say by which of its settings this Redis may lose a job that it has accepted, None if by none."""
    try:
        persistence = await _info(redis, "persistence")
        memory = await _info(redis, "memory")
    except (CommandError, NotPermittedError):  # managed servers may not let everybody ask
        return "it does not say whether it can lose jobs"
    found: list[str] = []
    if not persistence.get("aof_enabled"):
        found.append("appendonly is off")
    if (policy := memory.get("maxmemory_policy", "unknown")) != "noeviction":
        found.append(f"maxmemory-policy is {policy}")
    return f"it can lose jobs, as {' and '.join(found)}" if found else None


async def _info(redis: RedisClient, section: str) -> Mapping[str, object]:
    return cast("Mapping[str, object]", await redis.send("INFO", section))

import asyncio
import secrets
import socket
from typing import cast

import pytest

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.redis.client import open_redis
from {{ package }}.infrastructure.redis.url import RedisUrl


async def test_a_server_answers(redis_server: RedisUrl) -> None:
    async with open_redis(RedisSettings(url=redis_server)) as redis:
        assert await redis.send("ECHO", "héllo") == "héllo".encode()


async def test_the_values_of_a_refused_command_are_not_shown(redis_server: RedisUrl) -> None:
    secret = secrets.token_hex(8)

    async with open_redis(RedisSettings(url=redis_server)) as redis:
        with pytest.raises(Unavailable) as raised:
            await redis.send("SET", "key", secret, "NONSENSE")

    assert secret not in str(raised.value)
    assert raised.value.__context__ is None


@pytest.mark.parametrize("listens", [True, False])
async def test_a_server_that_is_silent_or_down_is_unavailable(listens: bool) -> None:  # noqa: FBT001 - a parameter
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen()
        port = cast("tuple[str, int]", server.getsockname())[1]
        url = RedisUrl.parse(f"redis://127.0.0.1:{port}")

        async with asyncio.timeout(5), open_redis(RedisSettings(url=url, timeout=0.05)) as redis:
            with pytest.raises(Unavailable):
                await redis.send("PING")

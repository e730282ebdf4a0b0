import asyncio
import secrets
import socket
from typing import cast

import pytest

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.redis.client import CommandError, open_redis
from {{ package }}.infrastructure.redis.url import RedisUrl


def settings_of(listener: socket.socket) -> RedisSettings:
    port = cast("tuple[str, int]", listener.getsockname())[1]
    return RedisSettings(url=RedisUrl.parse(f"redis://127.0.0.1:{port}"), timeout=0.05)


async def test_a_server_that_is_there_answers(redis_server: RedisSettings) -> None:
    async with open_redis(redis_server) as redis:
        assert await redis.send("ECHO", "héllo") == "héllo".encode()


async def test_a_command_that_is_refused_does_not_show_its_values(redis_server: RedisSettings) -> None:
    secret = secrets.token_hex(8)

    async with open_redis(redis_server) as redis:
        with pytest.raises(CommandError) as raised:
            await redis.send("SET", "key", secret, "NONSENSE")

    assert secret not in str(raised.value)
    assert raised.value.__context__ is None


async def test_a_server_that_takes_connections_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with asyncio.timeout(5), open_redis(settings_of(silent)) as redis:
            with pytest.raises(Unavailable):
                await redis.send("PING")


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        async with open_redis(settings_of(unused)) as redis:
            with pytest.raises(Unavailable):
                await redis.send("PING")

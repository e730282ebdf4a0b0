import socket
from typing import cast

import pytest

from {{ package }}.infrastructure.redis.check import check_redis
from {{ package }}.infrastructure.redis.url import RedisUrl


async def test_a_server_that_answers_is_ok(redis_server: RedisUrl) -> None:
    assert await check_redis(redis_server) == "ok"


@pytest.mark.parametrize("listens", [True, False])
async def test_a_server_that_is_silent_or_down_is_degraded(listens: bool) -> None:  # noqa: FBT001 - a parameter
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen()
        port = cast("tuple[str, int]", server.getsockname())[1]

        assert (await check_redis(RedisUrl.parse(f"redis://127.0.0.1:{port}"))).startswith("degraded")

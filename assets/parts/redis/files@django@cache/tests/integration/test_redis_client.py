import secrets
import socket
from time import monotonic
from typing import cast

import pytest

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.redis.client import RedisClient
from {{ package }}.infrastructure.redis.url import RedisUrl


def test_a_server_answers(redis_server: RedisUrl) -> None:
    assert RedisClient(RedisSettings(url=redis_server)).send("ECHO", "héllo") == "héllo".encode()


def test_the_values_of_a_refused_command_are_not_shown(redis_server: RedisUrl) -> None:
    secret = secrets.token_hex(8)

    with pytest.raises(Unavailable) as raised:
        RedisClient(RedisSettings(url=redis_server)).send("SET", "key", secret, "NONSENSE")

    assert secret not in str(raised.value)
    assert raised.value.__context__ is None


@pytest.mark.parametrize("listens", [True, False])
def test_a_server_that_is_silent_or_down_is_unavailable(listens: bool) -> None:  # noqa: FBT001 - a parameter
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen()
        port = cast("tuple[str, int]", server.getsockname())[1]
        url = RedisUrl.parse(f"redis://127.0.0.1:{port}")
        started = monotonic()

        with pytest.raises(Unavailable):
            RedisClient(RedisSettings(url=url, timeout=0.05)).send("PING")
        assert monotonic() - started < 10

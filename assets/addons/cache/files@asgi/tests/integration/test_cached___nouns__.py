"""The cache in the running application, while Redis answers and while it does not."""

from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import cast
import pytest
from httpx2 import AsyncClient
from msgspec import structs
from {{ package }}.bootstrap import build_application
from {{ package }}.domain.models import {{ Noun }}
from {{ package }}.infrastructure.config import RedisSettings, Settings
from {{ package }}.infrastructure.redis.client import open_redis
from tests.fixtures.serving import serving
from tests.fixtures.tcp_proxy import TcpProxy
from tests.fixtures.wire import Json, document
from tests.fixtures.{{ noun }}_json import SENT

URL = "/{{ slug }}"


@pytest.fixture
async def http(settings: Settings, proxied_redis: RedisSettings, {{ slot("tests.client_parameters") }}) -> AsyncGenerator[AsyncClient]:
    application = build_application(structs.replace(settings, redis=proxied_redis))
    async with serving(application, patience=10) as client:
        {{ slot("tests.served_client") }}
        yield client


async def test_one_that_was_read_by_its_id_is_kept(http: AsyncClient, redis_server: RedisSettings) -> None:
    place = (await http.post(URL, json=SENT)).headers["location"]
    name = f"{{ package }}:{{ '{' }}{{ Noun }}.__name__}:{place.rpartition('/')[2]}"
    async with open_redis(redis_server) as redis:
        assert await redis.send("EXISTS", name) == 0

        first = await http.get(place)

        assert await redis.send("EXISTS", name) == 1
    assert (await http.get(place)).json() == first.json()


async def test_clients_do_not_notice_an_outage_and_readiness_says_so(http: AsyncClient, redis_proxy: TcpProxy) -> None:
    place = (await http.post(URL, json=SENT)).headers["location"]
    kept = await http.get(place)

    redis_proxy.freeze()
    during = [await http.get(place) for _ in range(10)]
    created = await http.post(URL, json=SENT)
    ready = await http.get("/readyz")

    assert [response.json() for response in during] == [kept.json()] * 10
    assert created.status_code == HTTPStatus.CREATED
    assert ready.status_code == HTTPStatus.OK
    assert str(cast("Json", document(ready)["checks"])["cache"]).startswith("degraded: ")

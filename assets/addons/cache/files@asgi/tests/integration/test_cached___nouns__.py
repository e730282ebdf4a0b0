"""The cache in the running application."""

from collections.abc import AsyncGenerator
import pytest
from httpx2 import AsyncClient
from {{ package }}.bootstrap import build_application
from {{ package }}.domain.models import {{ Noun }}
from {{ package }}.infrastructure.config import RedisSettings, Settings
from {{ package }}.infrastructure.redis.client import open_redis
from tests.fixtures.serving import serving
from tests.fixtures.{{ noun }}_json import SENT

URL = "/{{ slug }}"


@pytest.fixture
async def http(settings: Settings, {{ slot("tests.client_parameters") }}) -> AsyncGenerator[AsyncClient]:
    async with serving(build_application(settings), patience=10) as client:
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

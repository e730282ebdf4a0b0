"""Redis freezes, restarts or is down, and other processes write: what callers see of it."""

import asyncio
from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Final, cast
from uuid import uuid4
import pytest
from httpx2 import AsyncClient
from msgspec import structs
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.cache import outages
from {{ package }}.infrastructure.cache.read_through import ReadThroughCache, open_cache
from {{ package }}.infrastructure.cache.shapes import shape_of
from {{ package }}.infrastructure.redis.client import open_redis
from {{ package }}.domain.models import {{ Noun }}
from {{ package }}.infrastructure.config import CacheSettings, RedisSettings, Settings
from tests.fixtures.cache import IN_TIME, CountedRead, Keepsake, eventually, recovered
from tests.fixtures.wire import Json, document
from tests.fixtures.{{ noun }}_json import SENT
from tests.fixtures.serving import serving
from tests.fixtures.tcp_proxy import TcpProxy

URL: Final = "/{{ slug }}"
SHORT: Final = 0.05
{{ slot("cache.tests_on_redis") }}


@pytest.fixture(autouse=True)
def pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "PAUSE", SHORT)


@pytest.fixture
async def cache(proxied_redis: RedisSettings) -> AsyncGenerator[ReadThroughCache]:
    async with open_cache(CacheSettings(), proxied_redis) as cache:
        yield cache


async def answer_from_the_source(cache: ReadThroughCache) -> None:
    """Ask for the same many times, and get what is there now each time."""
    source = CountedRead(Keepsake(uuid4(), "old"))
    async with asyncio.timeout(IN_TIME):
        for number in range(10):
            source.value = Keepsake(uuid4(), str(number))
            assert await cache.fetch(Keepsake, "of this test", source) == source.value


async def test_a_value_is_read_once_for_all_processes(redis_server: RedisSettings) -> None:
    thing = Keepsake(uuid4(), "shared")
    source = CountedRead(thing)
    async with open_cache(CacheSettings(), redis_server) as one, open_cache(CacheSettings(), redis_server) as other:
        assert await one.fetch(Keepsake, thing.id, source) == thing
        assert await other.fetch(Keepsake, thing.id, source) == thing
        assert source.reads == 1

        await one.forget(Keepsake, thing.id)
        assert await other.fetch(Keepsake, thing.id, source) == thing
        assert source.reads == 2


async def test_a_slow_reader_does_not_put_back_what_another_process_has_changed(redis_server: RedisSettings) -> None:
    old = Keepsake(uuid4(), "old")
    new = Keepsake(old.id, "new")
    source, go_on = CountedRead(old), asyncio.Event()

    async def has_read() -> bool:
        return source.reads == 1

    async with open_cache(CacheSettings(), redis_server) as one, open_cache(CacheSettings(), redis_server) as other:
        slow = asyncio.create_task(one.fetch(Keepsake, old.id, source.waiting_for(go_on.wait())))
        await eventually(has_read)
        source.value = new
        await other.forget(Keepsake, old.id)
        go_on.set()

        assert await slow == old
        assert await one.fetch(Keepsake, old.id, source) == new
        assert await other.fetch(Keepsake, old.id, source) == new
        assert source.reads == 2


async def test_a_redis_that_freezes_costs_the_hits(cache: ReadThroughCache, redis_proxy: TcpProxy) -> None:
    assert await cache.check() == "ok"
    redis_proxy.freeze()

    await answer_from_the_source(cache)
    assert (await cache.check()).startswith("degraded: ")

    redis_proxy.thaw()
    await recovered(cache.check)


async def test_a_redis_that_is_down_costs_the_hits(cache: ReadThroughCache, redis_proxy: TcpProxy) -> None:
    assert await cache.check() == "ok"
    await redis_proxy.refuse()

    await answer_from_the_source(cache)
    assert (await cache.check()).startswith("degraded: ")

    await redis_proxy.listen()
    await recovered(cache.check)


async def test_when_the_service_ends_during_an_outage_nothing_of_it_goes_on(
    proxied_redis: RedisSettings, redis_proxy: TcpProxy
) -> None:
    await redis_proxy.refuse()
    before = asyncio.all_tasks()
    async with open_cache(CacheSettings(), proxied_redis) as cache:
        assert (await cache.check()).startswith("degraded: ")
        assert asyncio.all_tasks() > before

    assert asyncio.all_tasks() <= before


async def test_a_restart_between_two_requests_goes_unnoticed(cache: ReadThroughCache, redis_proxy: TcpProxy) -> None:
    thing = Keepsake(uuid4(), "kept")
    source = CountedRead(thing)
    await cache.fetch(Keepsake, thing.id, source)
    await redis_proxy.cut()

    assert await cache.fetch(Keepsake, thing.id, source) == thing
    assert await cache.check() == "ok"
    assert source.reads == 1


@pytest.fixture
async def http(settings: Settings, proxied_redis: RedisSettings, {{ slot("tests.client_parameters") }}) -> AsyncGenerator[AsyncClient]:
    application = build_application(structs.replace(settings, redis=proxied_redis))
    async with serving(application, patience=IN_TIME) as client:
        {{ slot("tests.served_client") }}
        yield client


async def test_the_service_keeps_what_it_has_read(http: AsyncClient, redis_server: RedisSettings) -> None:
    place = (await http.post(URL, json=SENT)).headers["location"]
    name = shape_of({{ Noun }}).key(place.rpartition("/")[2])

    async with open_redis(redis_server) as redis:
        assert await redis.send("EXISTS", name) == 0
        await http.get(place)
        assert await redis.send("PTTL", name) in range(1, 60_001)
        await redis.send("DEL", name)


async def test_callers_do_not_notice_an_outage_and_readiness_says_so(
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    http: AsyncClient,
    redis_proxy: TcpProxy,
) -> None:
    async def says() -> object:
        ready = await http.get("/readyz")
        assert ready.status_code == HTTPStatus.OK
        return cast("Json", document(ready)["checks"])["cache"]

    place = (await http.post(URL, json=SENT)).headers["location"]
    kept = await http.get(place)
    assert await says() == "ok"

    redis_proxy.freeze()
    during = [await http.get(place) for _ in range(10)]
    created = await http.post(URL, json=SENT)
    assert [response.json() for response in during] == [kept.json()] * 10
    assert created.status_code == HTTPStatus.CREATED
    assert str(await says()).startswith("degraded: ")

    redis_proxy.thaw()
    await recovered(says)
    assert (await http.get(place)).json() == kept.json()
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == ["the cache is degraded"]
    assert " 50" not in capsys.readouterr().out

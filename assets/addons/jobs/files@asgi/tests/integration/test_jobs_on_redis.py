"""Jobs on a real Redis: done, dead and tried again, put back, and what is said of it all."""

import asyncio
import os
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from typing import cast, final, override
from unittest.mock import AsyncMock, patch
from uuid import UUID, uuid4

import pytest
from dramatiq import Broker, Worker
from dramatiq.middleware import Middleware
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.jobs import {{ Noun }}Created
from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.jobs import status
from {{ package }}.infrastructure.jobs.durability import doubts
from {{ package }}.infrastructure.jobs.envelope import QUEUE, seal
from {{ package }}.infrastructure.jobs.keys import Keys
from {{ package }}.infrastructure.jobs.letters import DeadLetters
from {{ package }}.infrastructure.jobs.status import Queue, tolerated
from {{ package }}.infrastructure.jobs.system import JobSystem, open_jobs
from {{ package }}.infrastructure.redis.client import RedisClient
from {{ package }}.workers import actors
from {{ package }}.workers.pool import open_pool
from {{ package }}.workers.work import Work
from tests.fixtures.jobs import CREATED, Noted, impatient, nowhere, until, until_noted
from tests.fixtures.tcp_proxy import TcpProxy

BROKEN = "it is broken"
LONG = 0.3
"""Many times as many seconds as a worker under test lets pass until it looks for jobs again."""


@final
class Stopping(Middleware):
    """Knows when a worker has been told to stop."""

    def __init__(self) -> None:
        self.begun: threading.Event = threading.Event()

    @override
    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        self.begun.set()


def letters_of(system: JobSystem) -> DeadLetters:
    assert system.letters is not None
    return system.letters


async def test_what_is_enqueued_is_done(on_redis: JobSystem, work: Work, noted: Noted) -> None:
    async with open_pool(on_redis.broker, work, impatient()):
        await on_redis.queue.enqueue(CREATED)
        await until_noted(noted, 1)


async def test_a_job_that_comes_twice_is_done_once(
    on_redis: JobSystem, work: Work, noted: Noted, caplog: pytest.LogCaptureFixture
) -> None:
    async def both_came() -> bool:
        return caplog.messages.count("a job is done") == 2

    envelope = seal(CREATED)
    with caplog.at_level("INFO"):
        async with open_pool(on_redis.broker, work, impatient()):
            assert await on_redis.queue.send([envelope, envelope], 1) == 2
            await until(both_came)

    assert list(noted.entries) == [envelope.id]


async def test_a_dead_letter_is_listed_and_done_once_it_is_tried_again(on_redis: JobSystem, work: Work) -> None:
    async def fail(_work: Work, _job_id: UUID, _job: {{ Noun }}Created) -> None:
        raise RuntimeError(BROKEN)

    async def died() -> bool:
        return bool(await letters.list())

    letters = letters_of(on_redis)
    envelope = seal(CREATED)
    with patch.object(actors, actors.note_created.__name__, fail):
        async with open_pool(on_redis.broker, work, impatient()):
            await on_redis.queue.send([envelope], 1)
            await until(died)
    (letter,) = await letters.list()
    assert letter.job == envelope
    assert (letter.attempts, letter.error) == (1 + impatient().retries, "RuntimeError")
    assert abs(letter.died_at.timestamp() - time.time()) < 60

    assert await letters.requeue([uuid4()]) == 0
    assert await letters.requeue([envelope.id]) == 1
    assert await letters.list() == []
    assert "dead" not in await on_redis.status.check()


async def test_what_was_requeued_is_done(on_redis: JobSystem, work: Work, noted: Noted, job_redis: RedisClient, keys: Keys) -> None:
    envelope = seal(CREATED)
    key = str(uuid4())
    await job_redis.send("ZADD", keys.dead, time.time() * 1000, key)
    await job_redis.send("HSET", keys.dead_messages, key, envelope.message().encode())

    assert await letters_of(on_redis).requeue() == 1
    async with open_pool(on_redis.broker, work, impatient()):
        await until_noted(noted, 1)

    assert list(noted.entries) == [envelope.id]


async def test_while_the_queue_does_not_take_it_a_dead_letter_stays(job_redis: RedisClient, keys: Keys) -> None:
    await job_redis.send("ZADD", keys.dead, time.time() * 1000, "1")
    await job_redis.send("HSET", keys.dead_messages, "1", seal(CREATED).message().encode())

    with nowhere() as url:
        async with open_jobs(impatient(), RedisSettings(url=url, timeout=0.2)) as system:
            letters = DeadLetters(job_redis, keys, system.queue)
            with pytest.raises(Unavailable):
                await letters.requeue()

    assert len(await letters.list()) == 1


async def test_what_was_fetched_when_a_connection_broke_is_put_back(on_redis: JobSystem) -> None:
    broker = on_redis.broker
    actor_less = [seal(CREATED), seal(CREATED)]
    await on_redis.queue.send(actor_less, 1)

    def break_and_consume() -> list[str]:
        """Fetch both, have one in hand, lose the other; as a consumer that has been restarted, ask again."""
        broker.declare_queue(QUEUE)
        before = broker.consume(QUEUE, prefetch=2, timeout=10)
        in_hand = next(before)
        assert in_hand is not None
        after = broker.consume(QUEUE, prefetch=2, timeout=10)
        found = next(after)
        assert found is not None
        after.ack(in_hand)
        after.ack(found)
        assert next(broker.consume(QUEUE, prefetch=2, timeout=10)) is None
        return [in_hand.message_id, found.message_id]

    assert await asyncio.to_thread(break_and_consume) == [str(envelope.id) for envelope in actor_less]


async def test_told_to_stop_a_worker_fetches_no_more(on_redis: JobSystem, work: Work, noted: Noted) -> None:
    begun, go_on, stopping = asyncio.Event(), asyncio.Event(), Stopping()
    on_redis.broker.add_middleware(stopping)

    async def wait(work: Work, job_id: UUID, job: {{ Noun }}Created) -> None:
        begun.set()
        await go_on.wait()
        await work.audit.note_created(job_id, job)

    async def ask_for_more() -> str:
        await asyncio.to_thread(stopping.begun.wait)
        await asyncio.sleep(LONG)  # what was about to fetch then has fetched
        await on_redis.queue.enqueue(CREATED)
        await asyncio.sleep(LONG)  # and what still fetches would have
        said = await on_redis.status.check()
        go_on.set()
        return said

    with patch.object(actors, actors.note_created.__name__, wait):
        async with open_pool(on_redis.broker, work, impatient()):
            await on_redis.queue.enqueue(CREATED)
            await begun.wait()
            asking = asyncio.create_task(ask_for_more())

    assert len(noted.entries) == 1
    assert ["1 waiting" in words for words in (await asking, await on_redis.status.check())] == [True, True]


async def test_what_is_cancelled_at_the_end_is_done_by_the_next_worker(
    on_redis: JobSystem, redis_server: RedisSettings, namespace: str, work: Work, noted: Noted
) -> None:
    begun = asyncio.Event()

    async def hang(_work: Work, _job_id: UUID, _job: {{ Noun }}Created) -> None:
        begun.set()
        await asyncio.Event().wait()

    with patch.object(actors, actors.note_created.__name__, hang):
        async with open_pool(on_redis.broker, work, impatient(shutdown=0.05)):
            await on_redis.queue.enqueue(CREATED)
            await begun.wait()
    assert not noted.entries

    async with (
        open_jobs(impatient(namespace=namespace), redis_server) as system,
        open_pool(system.broker, work, impatient()),
    ):
        await until_noted(noted, 1)


async def test_a_redis_that_is_silent_is_given_up_in_time_and_holds_up_nobody(
    proxied_redis: RedisSettings, redis_proxy: TcpProxy, namespace: str
) -> None:
    async with open_jobs(impatient(namespace=namespace), proxied_redis) as system:
        await system.queue.enqueue(CREATED)
        redis_proxy.freeze()
        turns, asking = 0, asyncio.create_task(system.queue.enqueue(CREATED))
        async with asyncio.timeout(10):
            while not asking.done():
                turns += 1
                await asyncio.sleep(0.005)

        with pytest.raises(Unavailable):
            asking.result()
        assert turns > 10
        redis_proxy.thaw()
        await system.queue.enqueue(CREATED)


async def test_a_connection_that_the_server_has_closed_costs_nothing(
    proxied_redis: RedisSettings, redis_proxy: TcpProxy, namespace: str
) -> None:
    async with open_jobs(impatient(namespace=namespace), proxied_redis) as system:
        await system.queue.enqueue(CREATED)
        await redis_proxy.cut()
        await system.queue.enqueue(CREATED)


@pytest.mark.usefixtures("sleepless")
async def test_jobs_go_on_when_redis_is_back(
    proxied_redis: RedisSettings, redis_proxy: TcpProxy, namespace: str, work: Work, noted: Noted
) -> None:
    async with (
        open_jobs(impatient(namespace=namespace), proxied_redis) as system,
        open_pool(system.broker, work, impatient()),
    ):
        await system.queue.enqueue(CREATED)
        await until_noted(noted, 1)
        await redis_proxy.refuse()
        with pytest.raises(Unavailable):
            await system.queue.enqueue(CREATED)
        await redis_proxy.listen()
        await system.queue.enqueue(CREATED)
        await until_noted(noted, 2)


async def test_that_redis_is_back_is_said(
    proxied_redis: RedisSettings, redis_proxy: TcpProxy, namespace: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_jobs(impatient(namespace=namespace), proxied_redis) as system:
        await redis_proxy.refuse()
        with caplog.at_level("INFO"), pytest.raises(Unavailable):
            await system.queue.enqueue(CREATED)
        await redis_proxy.listen()
        with caplog.at_level("INFO"):
            await system.queue.enqueue(CREATED)

    assert [message for message in caplog.messages if "job queue" in message] == [
        "the job queue is unavailable",
        "the job queue is available again",
    ]


async def test_an_outage_is_said_once_and_without_the_password(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = secrets.token_hex(8)
    with nowhere(f":{secret}@") as url:
        async with open_jobs(impatient(), RedisSettings(url=url, timeout=0.2)) as system:
            for _ in range(3):
                with pytest.raises(Unavailable):
                    await system.queue.enqueue(CREATED)
            with pytest.raises(Unavailable):
                await system.status.check()
            assert (await tolerated(system.status.check)).startswith("degraded: ")

    assert caplog.messages == ["the job queue is unavailable"]
    assert secret not in caplog.text


async def test_a_worker_gives_signs_of_life_while_its_threads_run(on_redis: JobSystem, work: Work) -> None:
    assert "no worker" in await on_redis.status.check()
    assert not await on_redis.status.alive()

    async with open_pool(on_redis.broker, work, impatient()) as pool:
        await on_redis.status.beat(pool)
        assert await on_redis.status.alive()
        assert "no worker" not in await on_redis.status.check()


async def test_a_worker_on_another_machine_is_none_of_this_one(
    on_redis: JobSystem, job_redis: RedisClient, keys: Keys
) -> None:
    await job_redis.send("ZADD", keys.workers, time.time(), "elsewhere:1")

    assert "no worker" not in await on_redis.status.check()
    assert not await on_redis.status.alive()


async def test_a_worker_that_has_been_silent_for_long_is_gone(
    on_redis: JobSystem, job_redis: RedisClient, keys: Keys, work: Work
) -> None:
    async with open_pool(on_redis.broker, work, impatient()) as pool:
        await on_redis.status.beat(pool)
    await job_redis.send("ZADD", keys.workers, time.time() - 60, f"{socket.gethostname()}:{os.getpid()}")

    assert not await on_redis.status.alive()
    assert "no worker" in await on_redis.status.check()

    await on_redis.status.beat(pool)
    assert await job_redis.send("ZCARD", keys.workers) == 0


async def test_what_waits_is_counted_and_how_long(on_redis: JobSystem) -> None:
    await on_redis.queue.enqueue(CREATED)

    assert "1 waiting" in await on_redis.status.check()


@pytest.mark.parametrize(
    ("queue", "doubt", "remark"),
    [
        (Queue(waiting=3, oldest=5, dead=0, workers=1), None, "ok, 3 waiting"),
        (Queue(waiting=3, oldest=95, dead=0, workers=1), None, "degraded: the oldest waits for 95 s; 3 waiting"),
        (Queue(waiting=0, oldest=0, dead=2, workers=0), None, "degraded: no worker, 2 dead; 0 waiting"),
        (Queue(waiting=0, oldest=0, dead=0, workers=1), "it can lose jobs", "degraded: it can lose jobs; 0 waiting"),
    ],
)
def test_a_remark_names_what_is_remarkable(queue: Queue, doubt: str | None, remark: str) -> None:
    assert queue.remark(doubt) == remark


@final
class Told:
    """Answers INFO as it is told to."""

    def __init__(self, answer: Mapping[str, object] | Exception) -> None:
        self.answer: Mapping[str, object] | Exception = answer

    async def execute_command(self, *_: object) -> Mapping[str, object]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"aof_enabled": 1, "maxmemory_policy": "noeviction"}, None),
        ({"aof_enabled": 0, "maxmemory_policy": "noeviction"}, "it can lose jobs, as appendonly is off"),
        ({"aof_enabled": 1, "maxmemory_policy": "allkeys-lru"}, "it can lose jobs, as maxmemory-policy is allkeys-lru"),
        (
            {"aof_enabled": 0, "maxmemory_policy": "volatile-ttl"},
            "it can lose jobs, as appendonly is off and maxmemory-policy is volatile-ttl",
        ),
        (NoPermissionError("no"), "it does not say whether it can lose jobs"),
        (ResponseError("unknown command"), "it does not say whether it can lose jobs"),
    ],
)
async def test_a_redis_that_can_lose_jobs_is_doubted(
    answer: Mapping[str, object] | Exception, said: str | None
) -> None:
    assert await doubts(RedisClient(cast("Redis", cast("object", Told(answer))))) == said


async def test_a_doubt_is_logged_once(redis_server: RedisSettings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    with patch.object(status, doubts.__name__, AsyncMock(return_value="it can lose jobs")):
        async with open_jobs(impatient(namespace="unused"), redis_server) as system:
            assert len([message for message in caplog.messages if "may lose" in message]) == 1, "at the start"
            answers = [await system.status.check() for _ in range(2)]

    assert all("it can lose jobs" in answer for answer in answers)
    assert len([message for message in caplog.messages if "may lose" in message]) == 1

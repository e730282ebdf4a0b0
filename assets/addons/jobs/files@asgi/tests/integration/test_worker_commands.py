"""What can be asked of workers and their queue on the command line."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.jobs.envelope import Envelope, seal
from {{ package }}.infrastructure.jobs.keys import Keys
from {{ package }}.infrastructure.jobs.system import JobSystem
from {{ package }}.infrastructure.redis.client import RedisClient
from {{ package }}.worker import main
from {{ package }}.workers.pool import open_pool
from {{ package }}.workers.work import Work
from tests.fixtures.jobs import CREATED, impatient

type Ask = Callable[..., Awaitable[object]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], redis_server: RedisSettings, namespace: str) -> Ask:
    """Run the command as its users do, but for the process, and give what it ends with."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("JOBS_REDIS_URL", redis_server.url.text)
    monkeypatch.setenv("JOBS_NAMESPACE", namespace)

    async def run(*arguments: str) -> object:
        monkeypatch.setattr(sys, "argv", ["worker", *arguments])
        with pytest.raises(SystemExit) as ended:
            await asyncio.to_thread(main)
        return ended.value.code

    return run


@pytest.fixture
async def dead(job_redis: RedisClient, keys: Keys) -> Envelope:
    """Put a dead letter there."""
    envelope = seal(CREATED)
    await job_redis.send("ZADD", keys.dead, time.time() * 1000, "1")
    await job_redis.send("HSET", keys.dead_messages, "1", envelope.message().encode())
    return envelope


async def test_dead_letters_are_listed(ask: Ask, dead: Envelope, capsys: pytest.CaptureFixture[str]) -> None:
    assert await ask("dead-letters") == 0

    listed = capsys.readouterr().out
    assert str(dead.id) in listed
    assert dead.name in listed
    assert dead.payload not in listed


@pytest.mark.parametrize("by_id", [True, False])
async def test_dead_letters_are_tried_again(ask: Ask, dead: Envelope, on_redis: JobSystem, by_id: bool) -> None:  # noqa: FBT001 - a parameter
    assert await ask("requeue", str(dead.id) if by_id else "--all") == 0

    assert "1 waiting" in await on_redis.status.check()
    assert on_redis.letters is not None
    assert await on_redis.letters.list() == []


@pytest.mark.usefixtures("dead")
async def test_what_is_not_there_is_not_tried_again_and_neither_is_nothing(ask: Ask, on_redis: JobSystem) -> None:
    assert await ask("requeue", str(uuid4())) == 1
    assert await ask("requeue") == 1

    assert "0 waiting" in await on_redis.status.check()


async def test_health_says_whether_a_worker_on_this_machine_works(ask: Ask, on_redis: JobSystem, work: Work) -> None:
    assert "no worker" in str(await ask("health"))

    async with open_pool(on_redis.broker, work, impatient()) as pool:
        await on_redis.status.beat(pool)
        assert await ask("health") == 0


@pytest.mark.parametrize("command", ["run", "health", "dead-letters", "requeue"])
async def test_without_a_redis_there_is_nothing_to_ask(ask: Ask, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("JOBS_REDIS_URL", "")

    assert "JOBS_REDIS_URL: got memory://, or nothing" in str(await ask(command))


async def test_a_redis_that_is_away_is_said_in_a_line(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBS_REDIS_URL", "redis://127.0.0.1:1")

    assert str(await ask("dead-letters")).startswith("redis: ")

"""The commands for jobs that failed too often."""

import asyncio

import pytest

from {{ package }}.dead_jobs import main
from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.redis.url import RedisUrl
from tests.fixtures.jobs import ATTEMPTS, Jobs


async def test_dead_jobs_are_listed_and_tried_again(
    jobs: Jobs,
    database_url: str,
    redis_server: RedisUrl,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("JOBS_REDIS_URL", redis_server.text)

    async def dead_jobs(*words: str) -> list[str]:
        await asyncio.to_thread(main, words)
        return capsys.readouterr().out.splitlines()

    for _ in range(3):
        await jobs.enqueue()
    for _ in range(ATTEMPTS):
        await jobs.run_due()
        await jobs.make_due()
    first, second, third = (str(row.id) for row in await jobs.store.dead())

    listed = await dead_jobs("list")
    assert [line.split()[0] for line in listed] == [first, second, third]
    assert "Note  3 attempts  JobError: no handler for Note" in listed[0]
    assert await dead_jobs("requeue", second) == ["1 will be tried again"]
    assert [str(job_id) for job_id in await jobs.store.take_unsent()] == [second]
    assert await dead_jobs("requeue") == ["2 will be tried again"]
    assert await dead_jobs("list") == []
    await jobs.run_due()
    assert sorted(row.attempts for row in await jobs.rows()) == [ATTEMPTS, ATTEMPTS + 1, ATTEMPTS + 1]

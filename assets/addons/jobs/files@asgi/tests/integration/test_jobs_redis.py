"""The Redis that holds jobs is away: requests are answered, and readiness says so."""

import socket
from typing import cast

import pytest
from msgspec import structs
from starlette.testclient import TestClient

from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import JobsSettings, Settings
from {{ package }}.infrastructure.environment import SettingsError, read_settings
from {{ package }}.infrastructure.redis.url import RedisUrl
from tests.fixtures.wire import document, member


def test_the_service_stays_ready_while_the_redis_of_jobs_hangs(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = cast("tuple[str, int]", silent.getsockname())[1]
        jobs = JobsSettings(redis_url=RedisUrl.parse(f"redis://127.0.0.1:{port}"))
        with TestClient(build_application(structs.replace(settings, jobs=jobs))) as client:
            answer = client.get("/readyz")

    assert answer.status_code == 200
    assert str(member(document(answer), "checks")["jobs"]).startswith("degraded")


def test_the_service_says_when_that_redis_answers(settings: Settings) -> None:
    with TestClient(build_application(settings)) as client:
        assert member(document(client.get("/readyz")), "checks")["jobs"] == "ok"


@pytest.mark.parametrize("url", ["", "memory://", "redis://127.0.0.1/0?foo=bar"])
def test_another_url_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="JOBS_REDIS_URL"):
        read_settings(JobsSettings, {"JOBS_REDIS_URL": url}, production=False)

"""The Redis that holds jobs is away: requests are answered, and readiness says so."""

import socket
from typing import cast

from msgspec import structs
from starlette.testclient import TestClient

from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import JobsSettings, Settings
from {{ package }}.infrastructure.redis.url import RedisUrl
from tests.fixtures.wire import document


def test_the_service_stays_ready_while_the_redis_of_jobs_hangs(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = cast("tuple[str, int]", silent.getsockname())[1]
        jobs = JobsSettings(redis_url=RedisUrl.parse(f"redis://127.0.0.1:{port}"))
        with TestClient(build_application(structs.replace(settings, jobs=jobs))) as client:
            answer = client.get("/readyz")

    assert answer.status_code == 200
    assert cast("dict[str, str]", document(answer)["checks"])["jobs"].startswith("degraded")

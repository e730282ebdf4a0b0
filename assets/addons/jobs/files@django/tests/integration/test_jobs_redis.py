"""The Redis that holds jobs is away: requests are answered, and readiness says so."""

import socket
from typing import cast

import pytest

from {{ package }}.bootstrap import get_services


@pytest.mark.django_db
def test_the_service_stays_ready_while_the_redis_of_jobs_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = cast("tuple[str, int]", silent.getsockname())[1]
        monkeypatch.setenv("JOBS_REDIS_URL", f"redis://127.0.0.1:{port}")
        checks = get_services.__wrapped__().readiness.check_all()

    assert checks["jobs"].ready
    assert checks["jobs"].message.startswith("degraded")

"""Jobs as callers notice them."""

import logging
from collections.abc import Iterator
import msgspec
import pytest
from starlette.testclient import TestClient
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import Settings
from {{ package }}.infrastructure.config import JobsRedisSettings
from tests.fixtures.wire import document
from tests.fixtures.jobs import nowhere, until
from tests.fixtures.{{ noun }}_json import SENT


@pytest.fixture
def without_redis(settings: Settings, {{ slot("tests.client_parameters") }}) -> Iterator[TestClient]:
    """Run the service while nobody takes jobs."""
    with nowhere() as url:
        away = msgspec.structs.replace(settings, jobs_redis=JobsRedisSettings(url=url, timeout=0.2))
        with TestClient(build_application(away), raise_server_exceptions=False, {{ slot("tests.client_arguments") }}) as running:
            yield running


async def test_what_follows_from_a_request_is_done(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    async def done() -> bool:
        return "a job is done" in caplog.messages

    with caplog.at_level(logging.INFO):
        assert client.post("/{{ slug }}", json=SENT).status_code == 201
        await until(done)


def test_a_queue_that_is_away_is_told_to_who_needs_it(without_redis: TestClient) -> None:
    refused = without_redis.post("/{{ slug }}", json=SENT)

    assert refused.status_code == 503
    assert refused.headers["retry-after"]
    assert document(refused)["detail"] == "The job queue is unavailable."
    assert without_redis.get("/{{ slug }}").status_code == 200


def test_a_queue_that_is_away_makes_the_service_not_ready(without_redis: TestClient) -> None:
    assert without_redis.get("/readyz").status_code == 503

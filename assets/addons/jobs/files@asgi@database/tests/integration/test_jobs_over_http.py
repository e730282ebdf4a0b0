"""Jobs as callers notice them: not at all."""

from collections.abc import Iterator
import msgspec
import pytest
from sqlalchemy import Select, func, select
from starlette.testclient import TestClient
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import Settings
from {{ package }}.infrastructure.config import JobsRedisSettings
from {{ package }}.infrastructure.db.models import AuditEntryRow, OutboxMessageRow
from {{ package }}.infrastructure.db.session import Database
from tests.fixtures.jobs import nowhere, until
from tests.fixtures.{{ noun }}_json import SENT

NOTED = select(func.count()).select_from(AuditEntryRow)
WAITING = select(func.count()).select_from(OutboxMessageRow)


@pytest.fixture
def without_redis(settings: Settings, {{ slot("tests.client_parameters") }}) -> Iterator[TestClient]:
    """Run the service while nobody takes jobs."""
    with nowhere() as url:
        away = msgspec.structs.replace(settings, jobs_redis=JobsRedisSettings(url=url, timeout=0.2))
        with TestClient(build_application(away), raise_server_exceptions=False, {{ slot("tests.client_arguments") }}) as running:
            yield running


async def count(database: Database, statement: Select[int]) -> int:
    async with database.transaction(read_only=True):
        return await database.session.scalar(statement) or 0


async def test_what_follows_from_a_request_is_done(client: TestClient, database: Database) -> None:
    async def done() -> bool:
        return (await count(database, NOTED), await count(database, WAITING)) == (1, 0)

    assert client.post("/{{ slug }}", json=SENT).status_code == 201
    await until(done)


async def test_what_is_refused_asks_for_nothing(client: TestClient, database: Database) -> None:
    assert client.post("/{{ slug }}", json={**SENT, "not_a_field": 1}).status_code == 422

    assert await count(database, WAITING) == 0


async def test_a_queue_that_is_away_is_noticed_by_nobody(without_redis: TestClient, database: Database) -> None:
    assert without_redis.post("/{{ slug }}", json=SENT).status_code == 201
    assert await count(database, WAITING) == 1

    ready = without_redis.get("/readyz")
    assert ready.status_code == 200
    assert '"jobs":"degraded: ' in ready.text
    assert '"outbox":"ok"' in ready.text

from datetime import timedelta
import pytest
from sqlalchemy import func, select
from {{ package }}.domain.result import Ok
from {{ package }}.domain.services import {{ Noun }}Service
from {{ package }}.infrastructure.db.jobs import SqlJobQueue
from {{ package }}.infrastructure.db.models import QueuedJobRow
from {{ package }}.infrastructure.db.queries import Sql{{ Nouns }}
from {{ package }}.infrastructure.db.session import Database
from {{ package }}.workers.handlers import handlers
from {{ package }}.workers.runner import Runner
from {{ package }}.workers.registry import WorkerServices
from tests.fixtures.sample_data import make_{{ noun }}


@pytest.fixture
def queue(database: Database) -> SqlJobQueue:
    return SqlJobQueue(database, attempts=3, lease=timedelta(seconds=30))


@pytest.fixture
def service(database: Database, queue: SqlJobQueue) -> {{ Noun }}Service:
    return {{ Noun }}Service(Sql{{ Nouns }}(database), queue)


async def run_due(database: Database, queue: SqlJobQueue, service: {{ Noun }}Service) -> int:
    """Run the jobs that are due. Return how many are not done."""
    runner = Runner(handlers, WorkerServices(service), queue, database.transaction, lease=30, timeout=30)
    for job_id in await queue.take_unsent():
        await runner.run(job_id)
    async with database.transaction(read_only=True):
        return await database.session.scalar(select(func.count()).select_from(QueuedJobRow)) or 0
{% for named in jobs %}


async def test_{{ named.job }}_is_done(database: Database, queue: SqlJobQueue, service: {{ Noun }}Service) -> None:
    kept = make_{{ noun }}()
    async with database.transaction():
        await Sql{{ Nouns }}(database).add(kept)
        assert isinstance(await service.ask_to_{{ named.job }}(kept.id), Ok)

    assert await run_due(database, queue, service) == 0
{% endfor %}

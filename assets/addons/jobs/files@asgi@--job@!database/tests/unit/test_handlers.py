from uuid import UUID, uuid4
import pytest
from {{ package }}.domain.jobs import Job
{% for named in jobs %}
from {{ package }}.domain.jobs import {{ named.Job }}
{% endfor %}
{% for one in resources %}
from {{ package }}.domain.{{ one.service_module }} import {{ one.Noun }}Service
from {{ package }}.infrastructure.memory import InMemory{{ one.Nouns }}
{% endfor %}
from {{ package }}.workers.handlers import handlers
from {{ package }}.workers.registry import Run, WorkerServices
from tests.fixtures.job_queue import FakeJobQueue
{{ slot("worker.test_imports") }}

ID = UUID("00000000-0000-4000-8000-000000000001")


@pytest.mark.parametrize(
    "job",
    [
{% for named in jobs %}
        {{ named.Job }}(ID),
{% endfor %}
    ],
)
async def test_each_job_has_a_handler(job: Job) -> None:
    services = WorkerServices(
{% for one in resources %}
        {{ one.nouns }}={{ one.Noun }}Service(InMemory{{ one.Nouns }}(){{ ", FakeJobQueue()" if one.first }}),
{% endfor %}
        {{ slot("worker.test_services") }}
    )

    await handlers.by_name[type(job).__name__].handler(Run(uuid4(), services), job)

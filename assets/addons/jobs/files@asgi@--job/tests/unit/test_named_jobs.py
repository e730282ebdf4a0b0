from uuid import UUID
import pytest
from {{ package }}.domain.errors import {{ Noun }}NotFound
{% for named in jobs %}
from {{ package }}.domain.jobs import {{ named.Job }}
{% endfor %}
from {{ package }}.domain.models import New{{ Noun }}
from {{ package }}.domain.result import Err, Ok
from {{ package }}.domain.services import {{ Noun }}Service
{{ slot("tests.memory_import", "from " ~ package ~ ".infrastructure.memory import InMemory" ~ Nouns) }}
from tests.fixtures.job_queue import FakeJobQueue
{% for field in resource.fields %}
{% for line in types[field.type].imports + types[field.type].literal_imports %}
{{ line }}
{% endfor %}
{% endfor %}

ID = UUID("00000000-0000-4000-8000-000000000001")
NEW = New{{ Noun }}(
{% for field in resource.fields %}
    {{ field.name }}={{ types[field.type].literal[0] }},
{% endfor %}
)


@pytest.fixture
def queue() -> FakeJobQueue:
    return FakeJobQueue()


@pytest.fixture
async def service(queue: FakeJobQueue) -> {{ Noun }}Service:
    """Return a service with one {{ noun_words }}."""
    service = {{ Noun }}Service(InMemory{{ Nouns }}(), queue, new_id=lambda: ID)
    assert isinstance(await service.create(NEW), Ok)
    return service
{% for named in jobs %}


async def test_a_worker_is_asked_to_{{ named.job }}(service: {{ Noun }}Service, queue: FakeJobQueue) -> None:
    other = UUID(int=2)

    assert isinstance(await service.ask_to_{{ named.job }}(ID), Ok)
    assert await service.ask_to_{{ named.job }}(other) == Err({{ Noun }}NotFound(other))

    assert queue.jobs == [{{ named.Job }}(ID)]
{% endfor %}

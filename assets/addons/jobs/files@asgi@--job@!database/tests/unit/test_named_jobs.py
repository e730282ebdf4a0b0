from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4
import pytest
from {{ package }}.domain.errors import NotFound
{% for named in jobs %}
from {{ package }}.domain.jobs import {{ named.Job }}
{% endfor %}
from {{ package }}.domain.models import New{{ Noun }}
{% for field in fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
from {{ package }}.domain.result import Err, Ok
from {{ package }}.domain.services import {{ Noun }}Service
from {{ package }}.infrastructure.memory import InMemory{{ Nouns }}
from tests.fixtures.job_queue import FakeJobQueue

NEW = {{ partial("new_sample") }}


@pytest.fixture
def queue() -> FakeJobQueue:
    return FakeJobQueue()


@pytest.fixture
def service(queue: FakeJobQueue) -> {{ Noun }}Service:
    return {{ Noun }}Service(InMemory{{ Nouns }}(), queue)
{% for named in jobs %}


async def test_a_worker_is_asked_to_{{ named.job }}(service: {{ Noun }}Service, queue: FakeJobQueue) -> None:
    created, unknown = await service.create(NEW), uuid4()

    assert isinstance(await service.ask_to_{{ named.job }}(created.id), Ok)
    assert await service.ask_to_{{ named.job }}(unknown) == Err(NotFound("{{ noun_words }}", unknown))

    assert queue.jobs == [{{ named.Job }}(created.id)]
{% endfor %}

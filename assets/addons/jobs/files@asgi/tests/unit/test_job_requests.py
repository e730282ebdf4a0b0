"""What a use case asks for."""

import pytest
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.jobs import Job, {{ Noun }}Created
from {{ package }}.domain.models import New{{ Noun }}
from {{ package }}.domain.result import Err, Ok
from {{ package }}.domain.services import {{ Noun }}Service
from tests.fixtures.jobs import CREATED, Asked
{{ slot("tests.memory_import", "from " ~ package ~ ".infrastructure.memory import InMemory" ~ Nouns) }}
{% for field in resource.fields %}
{% for line in types[field.type].imports + types[field.type].literal_imports %}
{{ line }}
{% endfor %}
{% endfor %}

NEW = New{{ Noun }}(
{% for field in resource.fields %}
    {{ field.name }}={{ types[field.type].literal[0] }},
{% endfor %}
)


class Away:
    """The port `JobQueue`, out of order."""

    async def enqueue(self, job: Job) -> None:
        raise Unavailable(type(job).__name__)


async def test_who_keeps_one_more_asks_for_what_follows() -> None:
    asked = Asked()

    created = await {{ Noun }}Service(InMemory{{ Nouns }}(), asked).create(NEW)

    assert isinstance(created, Ok)
    expected = {{ Noun }}Created(
        {{ noun }}_id=created.value.id,
        at=created.value.created_at,
    )
    assert asked.jobs == [expected]


async def test_who_is_refused_asks_for_nothing() -> None:
    asked = Asked()
    service = {{ Noun }}Service(
        InMemory{{ Nouns }}(),
        asked,
        new_id=lambda: CREATED.{{ noun }}_id,
    )
    await service.create(NEW)

    assert isinstance(await service.create(NEW), Err)
    assert len(asked.jobs) == 1


async def test_a_queue_that_is_away_is_no_refusal() -> None:
    service = {{ Noun }}Service(InMemory{{ Nouns }}(), Away())

    with pytest.raises(Unavailable):
        await service.create(NEW)

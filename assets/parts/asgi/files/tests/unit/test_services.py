from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4
import pytest
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists, {{ Noun }}NotFound
from {{ package }}.domain.models import New{{ Noun }}
from {{ package }}.domain.result import Err, Ok
from {{ package }}.domain.services import {{ Noun }}Service
{{ slot("tests.ports_import") }}
{{ slot("tests.memory_import", "from " ~ package ~ ".infrastructure.memory import InMemory" ~ Nouns) }}
{% for field in resource.fields %}
{% for line in types[field.type].imports + types[field.type].literal_imports %}
{{ line }}
{% endfor %}
{% endfor %}

ID = UUID("00000000-0000-4000-8000-000000000001")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NEW = New{{ Noun }}(
{% for field in resource.fields %}
    {{ field.name }}={{ types[field.type].literal[0] }},
{% endfor %}
)


@pytest.fixture
def service() -> {{ Noun }}Service:
    minutes = count()
    return {{ Noun }}Service(
        InMemory{{ Nouns }}(),
        {{ slot("tests.ports") }}
        clock=lambda: NOON + timedelta(minutes=next(minutes)),
        new_id=uuid4,
    )


async def test_a_new_{{ noun }}_gets_an_id_and_the_time(service: {{ Noun }}Service) -> None:
    created = await service.create(NEW)

    assert isinstance(created, Ok)
    assert created.value.created_at == NOON
{% for field in resource.fields %}
    assert created.value.{{ field.name }} == NEW.{{ field.name }}
{% endfor %}


async def test_a_stored_{{ noun }}_is_found_again(service: {{ Noun }}Service) -> None:
    created = await service.create(NEW)

    assert isinstance(created, Ok)
    assert await service.get(created.value.id) == created


async def test_an_unknown_id_is_an_error_and_no_exception(service: {{ Noun }}Service) -> None:
    assert await service.get(ID) == Err({{ Noun }}NotFound(ID))


async def test_an_id_is_stored_once() -> None:
    service = {{ Noun }}Service(InMemory{{ Nouns }}(), {{ slot("tests.ports") }} new_id=lambda: ID)
    await service.create(NEW)

    assert await service.create(NEW) == Err({{ Noun }}AlreadyExists(ID))


async def test_pages_run_from_the_newest_to_the_oldest_without_gaps(service: {{ Noun }}Service) -> None:
    stored = [await service.create(NEW) for _ in range(5)]

    first = await service.list(limit=3)
    second = await service.list(limit=3, after=first.next)

    assert [Ok(item) for item in (*first.items, *second.items)] == stored[::-1]
    assert second.next is None


async def test_a_page_that_just_fits_is_the_last(service: {{ Noun }}Service) -> None:
    for _ in range(3):
        await service.create(NEW)

    assert (await service.list(limit=3)).next is None

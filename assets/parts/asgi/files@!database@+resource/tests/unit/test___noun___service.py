from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid4
import pytest
from {{ package }}.domain.errors import NotFound
from {{ package }}.domain.models import New{{ Noun }}
{% for field in fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
from {{ package }}.domain.result import Err, Ok
from {{ package }}.domain.{{ service_module }} import {{ Noun }}Service
from {{ package }}.infrastructure.memory import InMemory{{ Nouns }}
{% if first %}
{{ slot("tests.ports_import") }}
{% endif %}

ID = UUID("00000000-0000-4000-8000-000000000001")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NEW = {{ partial("new_sample") }}


@pytest.fixture
def service() -> {{ Noun }}Service:
    minutes = count()
    return {{ Noun }}Service(
        InMemory{{ Nouns }}(),
{% if first %}
        {{ slot("tests.ports") }}
{% endif %}
        clock=lambda: NOON + timedelta(minutes=next(minutes)),
        new_id=uuid4,
    )


async def test_a_new_{{ noun }}_gets_an_id_and_the_time_and_is_found_again(service: {{ Noun }}Service) -> None:
    created = await service.create(NEW)

    assert created.created_at == NOON
{% for field in fields %}
    assert created.{{ field.name }} == NEW.{{ field.name }}
{% endfor %}
    assert await service.get(created.id) == Ok(created)


async def test_an_unknown_id_is_an_error_and_no_exception(service: {{ Noun }}Service) -> None:
    assert await service.get(ID) == Err(NotFound("{{ noun_words }}", ID))
{% if can_list %}


async def test_pages_run_from_the_newest_to_the_oldest_without_gaps(service: {{ Noun }}Service) -> None:
    stored = [await service.create(NEW) for _ in range(5)]

    first = await service.list(limit=3)
    second = await service.list(limit=3, after=first.next)

    assert [*first.items, *second.items] == stored[::-1]
    assert second.next is None


async def test_a_page_that_just_fits_is_the_last(service: {{ Noun }}Service) -> None:
    for _ in range(3):
        await service.create(NEW)

    assert (await service.list(limit=3)).next is None
{% endif %}

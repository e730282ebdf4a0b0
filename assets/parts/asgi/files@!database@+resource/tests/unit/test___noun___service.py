from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID
import pytest
from {{ package }}.domain.models import New{{ Noun }}
{% for field in fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
from {{ package }}.domain.result import Ok
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
    return {{ Noun }}Service(
        InMemory{{ Nouns }}(),
{% if first %}
        {{ slot("tests.ports") }}
{% endif %}
        clock=lambda: NOON,
        new_id=lambda: ID,
    )


async def test_a_new_{{ noun }}_gets_an_id_and_the_time_and_is_found_again(service: {{ Noun }}Service) -> None:
    created = await service.create(NEW)

    assert asdict(created) == {**asdict(NEW), "id": ID, "created_at": NOON{% for field in readonly_fields %}, "{{ field.name }}": {{ field.default or "None" }}{% endfor %}}
    assert await service.get(ID) == Ok(created)

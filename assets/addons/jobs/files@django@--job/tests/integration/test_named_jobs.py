from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4
import pytest
from {{ package }}.bootstrap import create_runner
from {{ package }}.domain.errors import NotFound
from {{ package }}.domain.models import New{{ Noun }}
{% for field in fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
from {{ package }}.domain.result import Err, Ok
from {{ package }}.infrastructure.db.models import QueuedJobRow
from {{ package }}.workers.runner import Runner

NEW = {{ partial("new_sample") }}


@pytest.fixture
def runner(transactional_db: None) -> Runner:
    del transactional_db
    return create_runner()
{% for named in jobs %}


def test_a_worker_is_asked_to_{{ named.job }}_and_does_it(runner: Runner) -> None:
    with runner.open_transaction():
        created = runner.services.{{ nouns }}.create(NEW)
{% if add_errors %}
        assert isinstance(created, Ok)
{% endif %}
        asked = runner.services.{{ nouns }}.ask_to_{{ named.job }}(created{{ ".value" if add_errors }}.id)
    assert isinstance(asked, Ok)
    assert QueuedJobRow.objects.count() == 1

    runner.run(asked.value)

    assert QueuedJobRow.objects.count() == 0


def test_a_worker_is_not_asked_to_{{ named.job }}_for_an_unknown_{{ noun }}(runner: Runner) -> None:
    unknown = uuid4()
    with runner.open_transaction():
        asked = runner.services.{{ nouns }}.ask_to_{{ named.job }}(unknown)

    assert asked == Err(NotFound("{{ noun_words }}", unknown))
    assert QueuedJobRow.objects.count() == 0
{% endfor %}

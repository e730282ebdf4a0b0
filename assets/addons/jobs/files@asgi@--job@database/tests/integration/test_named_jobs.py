from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4
from sqlalchemy import func, select
from {{ package }}.bootstrap import create_runner
from {{ package }}.domain.errors import NotFound
from {{ package }}.domain.models import New{{ Noun }}
{% for field in fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
from {{ package }}.domain.result import Err, Ok
from {{ package }}.infrastructure.config import Settings
from {{ package }}.infrastructure.db.models import QueuedJobRow
from {{ package }}.infrastructure.db.session import Database

NEW = {{ partial("new_sample") }}


async def jobs_left(database: Database) -> int | None:
    async with database.transaction(read_only=True):
        return await database.session.scalar(select(func.count()).select_from(QueuedJobRow))
{% for named in jobs %}


async def test_a_worker_is_asked_to_{{ named.job }}_and_does_it(settings: Settings, database: Database) -> None:
    async with create_runner(settings) as runner:
        async with runner.open_transaction():
            created = await runner.services.{{ nouns }}.create(NEW)
{% if add_errors %}
            assert isinstance(created, Ok)
{% endif %}
            asked = await runner.services.{{ nouns }}.ask_to_{{ named.job }}(created{{ ".value" if add_errors }}.id)
        assert isinstance(asked, Ok)
        assert await jobs_left(database) == 1

        await runner.run(asked.value)

    assert await jobs_left(database) == 0


async def test_a_worker_is_not_asked_to_{{ named.job }}_for_an_unknown_{{ noun }}(settings: Settings, database: Database) -> None:
    unknown = uuid4()
    async with create_runner(settings) as runner, runner.open_transaction():
        asked = await runner.services.{{ nouns }}.ask_to_{{ named.job }}(unknown)

    assert asked == Err(NotFound("{{ noun_words }}", unknown))
    assert await jobs_left(database) == 0
{% endfor %}

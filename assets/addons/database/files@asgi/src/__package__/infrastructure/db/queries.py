"""{{ Nouns_words }} in the database."""

from collections.abc import Sequence
from typing import final
from uuid import UUID
from sqlalchemy import select, tuple_
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists
from {{ package }}.domain.models import {{ Noun }}, PagePosition
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.db.models import {{ Noun }}Row
from {{ package }}.infrastructure.db.session import Database


@final
class Sql{{ Nouns }}:
    """The port `{{ Nouns }}`, on SQLAlchemy."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, {{ noun }}: {{ Noun }}) -> Result[None, {{ Noun }}AlreadyExists]:
        if not await self._database.insert_once({{ Noun }}Row.of({{ noun }})):
            return Err({{ Noun }}AlreadyExists({{ noun }}.id))
        return Ok(None)

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        row = await self._database.session.get({{ Noun }}Row, {{ noun }}_id)
        return row.to_domain() if row else None

    async def page(self, limit: int, after: PagePosition | None) -> Sequence[{{ Noun }}]:
        place = tuple_({{ Noun }}Row.created_at, {{ Noun }}Row.id)
        newest = select({{ Noun }}Row).order_by({{ Noun }}Row.created_at.desc(), {{ Noun }}Row.id.desc()).limit(limit)
        if after is not None:
            newest = newest.where(place < (after.created_at, after.id))
        return [row.to_domain() for row in await self._database.session.scalars(newest)]

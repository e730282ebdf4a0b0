"""{{ Nouns_words }} in the database.

The statements are built once: to build them for every call would make it half as dear again.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import final
from uuid import UUID
from msgspec import convert
from sqlalchemy import Uuid, bindparam, insert, select, tuple_
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists
from {{ package }}.domain.models import {{ Noun }}, PagePosition
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.db.errors import ConstraintError
from {{ package }}.infrastructure.db.models import {{ Noun }}Row
from {{ package }}.infrastructure.db.session import Database
from {{ package }}.infrastructure.db.types import UtcDateTime

ADD = insert({{ Noun }}Row)
GET = select({{ Noun }}Row).where({{ Noun }}Row.id == bindparam("id"))
NEWEST = (
    select({{ Noun }}Row)
    .order_by(
        {{ Noun }}Row.created_at.desc(),
        {{ Noun }}Row.id.desc(),
    )
    .limit(bindparam("limit"))
)
NEWEST_AFTER = NEWEST.where(
    tuple_({{ Noun }}Row.created_at, {{ Noun }}Row.id)
    < tuple_(
        bindparam("created_at", type_=UtcDateTime()),
        bindparam("id", type_=Uuid()),
    )
)


@final
class Sql{{ Nouns }}:
    """The port `{{ Nouns }}`, on SQL."""

    def __init__(self, database: Database) -> None:
        """Use the transaction that is open on this database."""
        self._database = database

    async def add(
        self,
        {{ noun }}: {{ Noun }},
    ) -> Result[None, {{ Noun }}AlreadyExists]:
        """Keep a new {{ noun }}."""
        try:
            _ = await self._database.execute(ADD, asdict({{ noun }}))
        except ConstraintError as refused:
            if not refused.is_duplicate:
                raise
            return Err({{ Noun }}AlreadyExists({{ noun }}.id))
        return Ok(None)

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        """Find one {{ noun }}."""
        rows = await self._database.rows(GET, {"id": {{ noun }}_id})
        return convert(rows[0], {{ Noun }}) if rows else None

    async def page(self, limit: int, after: PagePosition | None) -> Sequence[{{ Noun }}]:
        """List the newest first, from after a position on."""
        if after is None:
            rows = await self._database.rows(NEWEST, {"limit": limit})
        else:
            rows = await self._database.rows(NEWEST_AFTER, {"limit": limit, **asdict(after)})
        return convert(rows, list[{{ Noun }}])

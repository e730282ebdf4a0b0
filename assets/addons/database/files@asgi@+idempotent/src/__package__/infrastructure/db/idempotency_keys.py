"""Keys of requests in PostgreSQL, each in the transaction that does what the request asks for."""

from dataclasses import asdict
from datetime import timedelta
from typing import Final, final

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from {{ package }}.domain.idempotency import RequestKey
from {{ package }}.infrastructure.db.models import IdempotencyKeyRow
from {{ package }}.infrastructure.db.session import Database

PRUNED_AT_ONCE: Final = 10
"""How many old keys are deleted with each one that is new."""


@final
class SqlIdempotencyKeys:
    def __init__(self, database: Database, keep: timedelta) -> None:
        self._database = database
        self._keep = keep

    async def claim(self, request: RequestKey, fingerprint: str) -> tuple[str, str | None]:
        """Insert the key. Where it is there, an update that changes nothing returns its row, once that is committed."""
        row = IdempotencyKeyRow
        new = insert(row).values(**asdict(request), fingerprint=fingerprint, created_at=func.now())
        claim = new.on_conflict_do_update(constraint="pk_idempotency_keys", set_={"fingerprint": row.fingerprint})
        first, answer = (await self._database.session.execute(claim.returning(row.fingerprint, row.answer))).one()
        return first, answer

    async def keep(self, request: RequestKey, answer: str) -> None:
        statement = update(IdempotencyKeyRow).filter_by(**asdict(request)).values(answer=answer)
        await self._database.session.execute(statement)
        await self._prune()

    async def _prune(self) -> None:
        """Delete a few old keys, but none that another transaction uses: nobody waits for this."""
        row, old = IdempotencyKeyRow, aliased(IdempotencyKeyRow)
        oldest = select(old.caller, old.path, old.key).where(old.created_at < func.now() - self._keep)
        few = oldest.order_by(old.created_at).limit(PRUNED_AT_ONCE).with_for_update(skip_locked=True)
        await self._database.session.execute(delete(row).where(tuple_(row.caller, row.path, row.key).in_(few)))

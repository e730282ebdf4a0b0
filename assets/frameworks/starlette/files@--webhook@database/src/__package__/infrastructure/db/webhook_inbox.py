"""The ids of deliveries in PostgreSQL, each in the transaction that does what its event asks for."""

from datetime import timedelta
from typing import Final, final
from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from {{ package }}.infrastructure.db.models import WebhookDeliveryRow
from {{ package }}.infrastructure.db.session import Database

PRUNED_AT_ONCE: Final = 10
"""How many old ids are deleted with each one that is new."""


@final
class SqlWebhookInbox:
    def __init__(self, database: Database, keep: timedelta) -> None:
        self._database = database
        self._keep = keep

    async def add(self, source: str, delivery_id: str) -> bool:
        row = WebhookDeliveryRow
        new = insert(row).values(source=source, delivery_id=delivery_id, received_at=func.now())
        added = await self._database.session.scalar(new.on_conflict_do_nothing().returning(row.delivery_id))
        if added is not None:
            await self._prune()
        return added is not None
{% if slot("webhook.inbox_methods") %}

    {{ slot("webhook.inbox_methods") }}
{% endif %}

    async def _prune(self) -> None:
        """Delete a few old ids, but none that another transaction uses: nobody waits for this."""
        row, old = WebhookDeliveryRow, aliased(WebhookDeliveryRow)
        oldest = select(old.source, old.delivery_id).where(old.received_at < func.now() - self._keep)
        few = oldest.order_by(old.received_at).limit(PRUNED_AT_ONCE).with_for_update(skip_locked=True)
        await self._database.session.execute(delete(row).where(tuple_(row.source, row.delivery_id).in_(few)))

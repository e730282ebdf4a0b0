"""Keys of requests in PostgreSQL, each in the transaction that does what the request asks for."""

from dataclasses import asdict
from datetime import timedelta
from typing import Final, final

from django.db.models.functions import Now

from {{ package }}.domain.idempotency import RequestKey
from {{ package }}.infrastructure.db.models import IdempotencyKeyRow

PRUNED_AT_ONCE: Final = 10
"""How many old keys are deleted with each one that is new."""


@final
class SqlIdempotencyKeys:
    def __init__(self, keep: timedelta) -> None:
        self._keep = keep

    def claim(self, request: RequestKey, fingerprint: str) -> tuple[str, str | None]:
        """Insert the key. Where another transaction has inserted it, that waits for its end."""
        row, _ = IdempotencyKeyRow.objects.get_or_create(**asdict(request), defaults={"fingerprint": fingerprint})
        return row.fingerprint, row.answer or None

    def keep(self, request: RequestKey, answer: str) -> None:
        IdempotencyKeyRow.objects.filter(**asdict(request)).update(answer=answer)
        self._prune()

    def _prune(self) -> None:
        """Delete a few old keys, but none that another transaction deletes: nobody waits for this."""
        old = IdempotencyKeyRow.objects.filter(created_at__lt=Now() - self._keep).order_by("created_at")
        few = old.select_for_update(skip_locked=True).values_list("id", flat=True)[:PRUNED_AT_ONCE]
        IdempotencyKeyRow.objects.filter(id__in=list(few)).delete()

"""Jobs in the database. A row is a job that is not done; its columns say when it is due, who holds it, what went wrong.

`due_at` is when a worker may take it: after a delay, a lease or a backoff. `send_at` is when its id is sent to workers,
again if need be. Every time is the database's.
"""

from collections.abc import Collection, Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast, final
from uuid import UUID, uuid4

import msgspec
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connections
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Least, Now

from {{ package }}.domain.jobs import NO_DELAY, Attempt, Job
from {{ package }}.infrastructure.db.backend.base import BoundedConnection, DatabaseWrapper
from {{ package }}.infrastructure.db.models import QueuedJobRow
from {{ package }}.infrastructure.db.transactions import open_transaction

IN_FLIGHT: Final = 200
"""How many ids may wait in Redis. The others wait in the database."""
RESEND: Final = timedelta(seconds=20)
"""How long until an id that no worker took is sent again: up to three times as long for an old job."""

_NOTIFY: Final = "SELECT pg_notify('queued_jobs', '')"
_PERIOD_BEGAN: Final = """
    INSERT INTO periodic_jobs (kind, at)
    SELECT %s, date_bin(CAST(%s AS interval), now(), TIMESTAMPTZ '2001-01-01 00:00:00Z')
    ON CONFLICT (kind) DO UPDATE SET at = excluded.at WHERE periodic_jobs.at < excluded.at
    RETURNING true
"""


@contextmanager
def open_fresh_transaction() -> Generator[None]:
    """Open a transaction on a connection that works: outside of requests Django looks after none."""
    close_old_connections()
    try:
        with open_transaction(read_only=False):
            yield
    finally:
        close_old_connections()


@final
@dataclass(frozen=True, slots=True)
class SqlJobQueue:
    """The ports `JobQueue` and `JobStore`."""

    attempts: int
    lease: timedelta

    def enqueue(self, job: Job, *, delay: timedelta = NO_DELAY) -> UUID:
        job_id = uuid4()
        QueuedJobRow.objects.create(
            id=job_id,
            kind=type(job).__name__,
            payload=msgspec.json.encode(job).decode(),
            attempts=0,
            max_attempts=self.attempts,
            **_due_after(delay),
        )
        _execute(_NOTIFY)
        return job_id

    def claim(self, job_id: UUID) -> Attempt | None:
        """Hold a job, unless it is done, dead, not due, or held by another worker."""
        free = QueuedJobRow.objects.filter(id=job_id, due_at__lte=Now(), dead_at=None)
        with open_fresh_transaction():
            job = free.select_for_update(skip_locked=True).first()
            if job is None:
                return None
            # Counted here, so that a job that ends its worker is counted as well.
            attempt = Attempt(job.id, job.kind, job.payload, job.attempts + 1, job.max_attempts)
            QueuedJobRow.objects.filter(id=job_id).update(attempts=attempt.number, **_due_after(self.lease))
            return attempt

    def renew(self, attempt: Attempt) -> bool:
        """Hold the job for the time of a lease from now on, on a connection of its own: the thread ends soon."""
        try:
            with open_fresh_transaction():
                return _change(attempt, **_due_after(self.lease))
        finally:
            connections[DEFAULT_DB_ALIAS].close()

    def finish(self, attempt: Attempt) -> bool:
        """Delete the job in the current transaction."""
        gone, _ = _held(attempt).delete()
        return gone > 0

    def fail(self, attempt: Attempt, reason: str, delay: timedelta) -> bool:
        """Have the job tried again after the delay."""
        with open_fresh_transaction():
            return _change(attempt, **_due_after(delay), last_error=reason)

    def bury(self, attempt: Attempt, reason: str) -> bool:
        """Make the job dead in the current transaction."""
        return _change(attempt, dead_at=Now(), send_at=None, last_error=reason)

    def enqueue_periodic(self, job: Job, every: timedelta) -> None:
        """Enqueue the job unless that has been done in the current period."""
        with open_fresh_transaction():
            if _execute(_PERIOD_BEGAN, type(job).__name__, f"{every.total_seconds()} seconds"):
                self.enqueue(job)

    def take_unsent(self) -> Sequence[UUID]:
        """Return jobs whose ids should be sent to workers now, and note that they were."""
        rows = QueuedJobRow.objects
        sent = rows.filter(due_at__lte=Now(), send_at__gt=Now(), send_at__lte=Now() + 3 * RESEND)
        unsent = rows.filter(send_at__lte=Now()).order_by("send_at").select_for_update(skip_locked=True)
        again_at = Now() + RESEND + Least(Now() - F("due_at"), Value(2 * RESEND))
        with open_fresh_transaction():
            ids = list(unsent.values_list("id", flat=True)[: max(0, IN_FLIGHT - sent.count())])
            rows.filter(id__in=ids).update(send_at=again_at)
        return ids

    def wake_ups(self, seconds: float) -> Generator[None]:
        """Yield once, then whenever a job is enqueued, and at least every so many seconds."""
        with closing(cast("DatabaseWrapper", connections.create_connection(DEFAULT_DB_ALIAS))) as listening:
            with listening.cursor() as cursor:
                cursor.execute("LISTEN queued_jobs")
            driver = cast("BoundedConnection", listening.connection)
            while True:
                yield
                for _ in driver.notifies(timeout=seconds, stop_after=1):
                    pass

    def dead(self) -> Sequence[QueuedJobRow]:
        with open_transaction(read_only=True):
            return list(QueuedJobRow.objects.exclude(dead_at=None).order_by("dead_at"))

    def requeue(self, ids: Collection[UUID]) -> int:
        """Have dead jobs tried again, as often as a new one: those with these ids, or all. Return how many."""
        dead = QueuedJobRow.objects.exclude(dead_at=None)
        chosen = dead.filter(id__in=ids) if ids else dead
        with open_fresh_transaction():
            again = chosen.update(dead_at=None, max_attempts=F("attempts") + self.attempts, **_due_after(NO_DELAY))
            _execute(_NOTIFY)
        return again


def _due_after(delay: timedelta) -> dict[str, object]:
    return {"due_at": Now() + delay, "send_at": Now() + delay}


def _held(attempt: Attempt) -> QuerySet[QueuedJobRow]:
    """Return the job's row while no other worker has taken it over."""
    return QueuedJobRow.objects.filter(id=attempt.job_id, attempts=attempt.number, dead_at=None)


def _change(attempt: Attempt, **values: object) -> bool:
    return _held(attempt).update(**values) > 0


def _execute(sql: str, *values: str) -> object:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchone()

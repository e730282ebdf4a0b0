"""What is kept under an Idempotency-Key, in PostgreSQL."""

from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.idempotency import RequestKey
from {{ package }}.infrastructure.db.idempotency_keys import PRUNED_AT_ONCE, SqlIdempotencyKeys
from {{ package }}.infrastructure.db.models import IdempotencyKeyRow
from {{ package }}.infrastructure.db.transactions import open_transaction

from tests.fixtures.database import connected_to

pytestmark = pytest.mark.django_db(transaction=True)

KEY = RequestKey("alice", "/things", "1")
KEYS = SqlIdempotencyKeys(keep=timedelta(hours=1))
IMPATIENT = SqlIdempotencyKeys(keep=timedelta())

type Started = Callable[[RequestKey], Future[tuple[str, str | None]]]


def create(request: RequestKey, keys: SqlIdempotencyKeys = KEYS) -> tuple[str, str | None]:
    """Claim a key in a transaction of its own, and keep an answer that names it."""
    with open_transaction(read_only=False):
        claimed = keys.claim(request, "sent")
        keys.keep(request, str(request))
    return claimed


@pytest.fixture
def start() -> Generator[Started]:
    """Return a function that creates in another thread, and returns once that waits for this one's transaction."""

    def other(request: RequestKey) -> tuple[str, str | None]:
        try:
            return create(request)
        finally:
            connections.close_all()

    def start(request: RequestKey) -> Future[tuple[str, str | None]]:
        started = thread.submit(other, request)
        waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        with connection.cursor() as cursor:
            while not started.done():
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(waiting)
                if cursor.fetchone():
                    break
        return started

    with ThreadPoolExecutor(1) as thread:
        yield start


def test_the_first_request_and_its_answer_are_kept() -> None:
    assert create(KEY) == ("sent", None)

    assert KEYS.claim(KEY, "something else") == ("sent", str(KEY))


@pytest.mark.parametrize("other", [replace(KEY, caller="bob"), replace(KEY, path="/others"), replace(KEY, key="2")])
def test_callers_paths_and_keys_do_not_meet(other: RequestKey) -> None:
    create(KEY)

    assert create(other) == ("sent", None)
    assert create(KEY) == ("sent", str(KEY))


def test_while_the_first_request_is_under_way_the_next_one_waits_for_its_answer(start: Started) -> None:
    with open_transaction(read_only=False):
        KEYS.claim(KEY, "sent")
        second = start(KEY)
        KEYS.keep(KEY, "answer of the first")

    assert second.result() == ("sent", "answer of the first")


def test_when_the_first_request_fails_the_one_that_waited_is_the_first(start: Started) -> None:
    second: list[Future[tuple[str, str | None]]] = []

    def fail() -> None:
        with open_transaction(read_only=False):
            KEYS.claim(KEY, "sent by the first")
            second.append(start(KEY))
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert second[0].result() == ("sent", None)


def test_waiting_for_the_first_request_ends_with_an_outage_in_time(database_url: str, start: Started) -> None:
    with connected_to(database_url, timeout=0.2), open_transaction(read_only=False):
        KEYS.claim(KEY, "sent")
        second = start(KEY)
        with pytest.raises(Unavailable):
            second.result()


def test_each_new_key_deletes_a_few_old_ones() -> None:
    for number in range(PRUNED_AT_ONCE + 1):
        create(replace(KEY, key=f"old {number}"))
    create(replace(KEY, key="new"), IMPATIENT)
    assert IdempotencyKeyRow.objects.count() == 2

    create(replace(KEY, key="newer"))
    assert IdempotencyKeyRow.objects.count() == 3

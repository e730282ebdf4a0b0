"""Listings on PostgreSQL: each walks an index, and none leaves anything out."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
{% for one in resources if one.can_list %}
from {{ package }}.infrastructure.db.{{ one.query_module }} import Sql{{ one.Nouns }}
{% for field in one.filters if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
{% endfor %}
from {{ package }}.domain.models import PagePosition

ID = UUID(int=1)
TABLES = ({% for one in resources if one.can_list %}"{{ one.nouns }}", {% endfor %})
LISTINGS: dict[str, Callable[[PagePosition | None], object]] = {
    {{ each("sync_listing", "lines") }}
}


@pytest.mark.django_db
@pytest.mark.parametrize("after", [None, PagePosition(datetime(2026, 1, 1, tzinfo=UTC), ID)], ids=["first", "next"])
@pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)
def test_a_page_is_read_from_an_index_without_sorting(
    listing: Callable[[PagePosition | None], object], after: PagePosition | None
) -> None:
    with connection.cursor() as cursor:
        # What other tests stored has left each index as large as it was, which a plan goes by.
        for table in TABLES:
            cursor.execute(f'TRUNCATE "{table}" CASCADE')
        # With these two off, a plan still sorts or reads a whole table where no index allows anything else.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        with CaptureQueriesContext(connection) as sent:
            listing(after)
        [query] = sent.captured_queries
        cursor.execute(f"EXPLAIN {query['sql']}")
        plan = str(cursor.fetchall())

    assert "Index" in plan
    assert "Sort" not in plan
    assert after is None or "created_at <= " in plan.partition("Index Cond")[2].partition("Filter")[0]

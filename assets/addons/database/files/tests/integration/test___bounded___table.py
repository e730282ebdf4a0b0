"""The table of {{ nouns_words }} holds the bounds of their fields, whoever writes."""

from decimal import Decimal

import psycopg
import pytest
from psycopg import sql
{{ partial("client_import") }}

from tests.fixtures.{{ noun }}_json import {{ nouns ~ "_url" if parent else "URL" }}, {{ noun }}_json, {{ "store" if can_get else "create" }}_{{ noun }}

BEYOND: list[tuple[str, object]] = [
{% for field in fields %}
{% for value in field.beyond_the_column %}
    ("{{ field.name }}", {{ value }}),
{% endfor %}
{% endfor %}
]


{{ partial("committing") }}
def test_the_table_refuses_what_is_out_of_bounds(
    client: TestClient, database_url: str, subtests: pytest.Subtests
) -> None:
    assert {{ "client.post(" ~ url_call ~ ", json=" ~ json_call ~ ").status_code == 201" if can_create else new_place }}
    for column, value in BEYOND:
        with subtests.test(column=column, value=value), psycopg.connect(database_url) as connection:
            statement = sql.SQL("UPDATE {} SET {} = %s").format(sql.Identifier("{{ nouns }}"), sql.Identifier(column))
            with pytest.raises(psycopg.DatabaseError) as refused:
                connection.execute(statement, [value])
            assert refused.value.sqlstate in {"23514", "22001", "22003"}, "a CHECK, the length, or the digits"

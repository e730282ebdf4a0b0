{% set references = resources | sum(attribute="targets", start=[]) %}
"""The transaction of a use case{{ ", and savepoints in it" if "+refusals" in uses }}."""

from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from django.db import transaction
{% if references %}
from django.db import connection
{% endif %}
from {{ package }}.infrastructure.db.errors import translated_errors


@contextmanager
def open_transaction(*, read_only: bool) -> Generator[None]:
    """Commit what a use case writes, or roll all of it back when it raises. Reading needs no transaction."""
    with translated_errors(), nullcontext() if read_only else transaction.atomic():
        yield
{% if "+refusals" in uses %}


@contextmanager
def savepoint() -> Generator[None]:
    """Undo only what happens inside when the database refuses it: the transaction goes on."""
{% if references %}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # Django's foreign keys are checked at the end otherwise
        yield
{% else %}
    with transaction.atomic():
        yield
{% endif %}
{% endif %}

"""The migrations, the models and the readiness check belong together."""

from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import override_settings
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.db.schema import check_schema

pytestmark = pytest.mark.usefixtures("bare_database")


def test_models_and_migrations_agree_up_and_down_and_up() -> None:
    call_command("migrate", verbosity=0)
    call_command("migrate", "db", "zero", verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("makemigrations", "--check", verbosity=0)


{% if "+enum" in uses %}
@override_settings(MIGRATION_MODULES={"db": "{{ package }}.infrastructure.db.none_yet"})
def test_a_new_migration_depends_on_nothing_of_the_domain(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("makemigrations", "db", "--dry-run", verbosity=3)

    written = capsys.readouterr().out
    assert "{{ Noun }}Row" in written
    assert "{{ package }}.domain" not in written


{% endif %}
def test_readiness_tells_whether_all_migrations_have_run() -> None:
    with pytest.raises(Unavailable, match=r"run `manage\.py migrate`"):
        check_schema()

    call_command("migrate", verbosity=0)
    assert check_schema() == "ok"

    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('db', '9999_newer', now())")
    assert check_schema() == "ok"

    call_command("migrate", "db", "zero", verbosity=0)
    with pytest.raises(Unavailable, match=r"migration db\.0001_create_{{ nouns }} is missing"):
        check_schema()


def test_a_database_that_takes_no_writes_is_not_ready(bare_database: str) -> None:
    call_command("migrate", verbosity=0)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {urlsplit(bare_database).path[1:]} SET default_transaction_read_only = on")
    connections.close_all()

    with pytest.raises(Unavailable, match="read-only"):
        check_schema()

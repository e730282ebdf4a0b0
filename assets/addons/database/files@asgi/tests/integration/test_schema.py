"""The migrations, the models and the readiness check belong together."""

import asyncio
import logging

import pytest
from alembic import command
from alembic.util import CommandError
from sqlalchemy import text

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import DatabaseSettings
from {{ package }}.infrastructure.db.engine import MIGRATION_LOCK
from {{ package }}.infrastructure.db.models import Base
from {{ package }}.infrastructure.db.schema import check_schema
from {{ package }}.infrastructure.db.session import Database, open_database
from {{ package }}.infrastructure.db.url import DatabaseUrl
from tests.fixtures.database import alembic, migrate, run

CONSTRAINTS = text(
    """SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid)
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE relname = ANY(:tables) ORDER BY 1, 2"""
)


@pytest.fixture
def bare_settings(bare_url: str) -> DatabaseSettings:
    return DatabaseSettings(url=DatabaseUrl.parse(bare_url), pool_size=1)


def test_models_and_migrations_agree_up_and_down_and_up(bare_url: str) -> None:
    migrate(bare_url)
    alembic(bare_url, lambda config: command.downgrade(config, "base"))
    migrate(bare_url)
    alembic(bare_url, command.check)


async def test_constraints_of_models_and_migrations_are_the_same(
    bare_settings: DatabaseSettings, database: Database
) -> None:
    """Alembic does not compare a CHECK: a new member of an enum, or another bound, has to be migrated by hand."""
    async with open_database(bare_settings) as modelled:
        async with modelled.transaction():
            connection = await modelled.session.connection()
            await connection.run_sync(Base.metadata.create_all)

        assert await constraints_of(database) == await constraints_of(modelled)


async def constraints_of(database: Database) -> list[tuple[object, ...]]:
    async with database.transaction(read_only=True):
        rows = await database.session.execute(CONSTRAINTS, {"tables": [*Base.metadata.tables]})
        return [tuple(row) for row in rows]


async def test_readiness_tells_whether_the_schema_has_all_columns(bare_url: str, bare_settings: DatabaseSettings) -> None:
    table = Base.metadata.sorted_tables[-1]
    column = list(table.columns)[-1]
    async with open_database(bare_settings) as database:
        with pytest.raises(Unavailable, match="run `alembic upgrade head`"):
            await check_schema(database)

        migrate(bare_url)
        assert await check_schema(database) == "ok"

        await run(database, f'ALTER TABLE "{table.name}" ADD COLUMN newer integer')
        assert await check_schema(database) == "ok"

        await run(database, f'ALTER TABLE "{table.name}" DROP COLUMN "{column.name}"')
        with pytest.raises(Unavailable, match=f"no column {column}"):
            await check_schema(database)


def test_migrations_do_not_go_through_pgbouncer(monkeypatch: pytest.MonkeyPatch, bare_url: str) -> None:
    monkeypatch.setenv("DATABASE_PGBOUNCER", "true")

    with pytest.raises(CommandError, match="DATABASE_PGBOUNCER"):
        migrate(bare_url)


async def test_migrations_take_turns(
    bare_url: str, bare_settings: DatabaseSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with open_database(bare_settings) as database:
        async with database.transaction():
            await database.session.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            migrating = asyncio.create_task(asyncio.to_thread(migrate, bare_url))
            while "waiting for another migration" not in caplog.text:
                await database.session.execute(text("SELECT pg_sleep(0.05)"))
        await migrating
        assert await check_schema(database) == "ok"


async def test_a_statement_prepared_before_a_migration_is_an_outage_once(bare_settings: DatabaseSettings) -> None:
    async with open_database(bare_settings) as running, open_database(bare_settings) as migrating:
        await run(migrating, "CREATE TABLE changing (one integer)")
        for _ in range(10):
            await run(running, "SELECT * FROM changing")
        await run(migrating, "ALTER TABLE changing ADD COLUMN another integer")

        with pytest.raises(Unavailable):
            await run(running, "SELECT * FROM changing")
        await run(running, "SELECT * FROM changing")

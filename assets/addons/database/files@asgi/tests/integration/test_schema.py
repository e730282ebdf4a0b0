"""The migrations, the models and what readiness expects belong together."""

import asyncio

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from {{ package }}.infrastructure.db import schema
from {{ package }}.infrastructure.db.schema import MIGRATION_LOCK
from {{ package }}.infrastructure.db.schema import REVISIONS
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.db.schema import check_schema
from {{ package }}.infrastructure.db.session import Database, open_database
from {{ package }}.infrastructure.db.url import DatabaseUrl
from {{ package }}.infrastructure.config import DatabaseSettings
from tests.fixtures.database import alembic, alembic_config


def test_readiness_knows_every_migration() -> None:
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()

    assert tuple(script.revision for script in scripts)[::-1] == REVISIONS, "REVISIONS in schema.py is out of date"


def test_models_and_migrations_agree_up_and_down_and_up(bare_url: str) -> None:
    alembic(bare_url, lambda config: command.upgrade(config, "head"))
    alembic(bare_url, lambda config: command.downgrade(config, "base"))
    alembic(bare_url, lambda config: command.upgrade(config, "head"))
    alembic(bare_url, command.check)


async def test_a_migrated_database_is_ready(database: Database) -> None:
    _ = await check_schema(database)


async def test_a_database_without_tables_is_not_ready(bare_url: str) -> None:
    async with open_database(DatabaseSettings(url=DatabaseUrl.parse(bare_url))) as database:
        with pytest.raises(Unavailable, match="no schema"):
            _ = await check_schema(database)


async def test_an_older_schema_is_not_ready(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "REVISIONS", (*REVISIONS, "next"))

    with pytest.raises(Unavailable, match="expected next"):
        _ = await check_schema(database)


async def test_a_newer_schema_is_ready(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "REVISIONS", ("another",))

    _ = await check_schema(database)


async def test_migrations_take_turns(bare_postgresql_url: str) -> None:
    async with open_database(DatabaseSettings(url=DatabaseUrl.parse(bare_postgresql_url))) as database:
        async with database.transaction():
            _ = await database.rows(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)), {})
            migrating = asyncio.create_task(
                asyncio.to_thread(alembic, bare_postgresql_url, lambda config: command.upgrade(config, "head"))
            )
            async with asyncio.timeout(20):
                while not await is_asked_for_the_lock(database):
                    assert not migrating.done()
            found = await database.rows(text("SELECT to_regclass('{{ nouns }}') AS found"), {})
            assert found[0]["found"] is None

        await migrating
        _ = await check_schema(database)


async def test_a_statement_prepared_before_a_migration_is_an_outage_once(bare_postgresql_url: str) -> None:
    settings = DatabaseSettings(url=DatabaseUrl.parse(bare_postgresql_url), pool_size=1, pool_overflow=0)
    async with open_database(settings) as running, open_database(settings) as migrating:

        async def migrate(sql: str) -> None:
            async with migrating.transaction():
                _ = await migrating.execute(text(sql), {})

        async def ask() -> int:
            async with running.transaction():
                return len(await running.rows(text("SELECT * FROM changing"), {}))

        await migrate("CREATE TABLE changing (one integer)")
        assert await ask() == 0
        await migrate("ALTER TABLE changing ADD COLUMN another integer")

        with pytest.raises(Unavailable):
            _ = await ask()
        assert await ask() == 0


async def is_asked_for_the_lock(database: Database) -> bool:
    _ = await database.rows(text("SELECT pg_stat_clear_snapshot()"), {})
    asking = text(
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%' || :function || '%' AND datname = current_database()"
    )
    return bool(await database.rows(asking, {"function": "pg_try_advisory_lock"}))

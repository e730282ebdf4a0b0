"""The migrations, the models and the readiness check belong together."""

import asyncio

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Enum, MetaData, inspect, text

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import DatabaseSettings
from {{ package }}.infrastructure.db.engine import MIGRATION_LOCK
from {{ package }}.infrastructure.db.models import Base
from {{ package }}.infrastructure.db.schema import check_schema
from {{ package }}.infrastructure.db.session import Database, open_database
from {{ package }}.infrastructure.db.url import DatabaseUrl
from tests.fixtures.database import alembic
from tests.fixtures.own_table import OwnBase


def upgrade(config: Config) -> None:
    command.upgrade(config, "head")


async def run(database: Database, sql: str) -> None:
    async with database.transaction():
        await database.session.execute(text(sql))


@pytest.fixture
def bare_settings(bare_url: str) -> DatabaseSettings:
    return DatabaseSettings(url=DatabaseUrl.parse(bare_url), pool_size=1)


def test_models_and_migrations_agree_up_and_down_and_up(bare_url: str) -> None:
    alembic(bare_url, upgrade)
    alembic(bare_url, lambda config: command.downgrade(config, "base"))
    alembic(bare_url, upgrade)
    alembic(bare_url, command.check)


@pytest.mark.parametrize("metadata", [Base.metadata, OwnBase.metadata])
async def test_enum_columns_take_every_member(own: Database, metadata: MetaData) -> None:
    """Alembic does not notice a new member: its migration has to change the CHECK."""

    def refused(connection: Connection) -> list[str]:
        checks = {
            table.name: str(inspect(connection).get_check_constraints(table.name)) for table in metadata.sorted_tables
        }
        columns = [column for table in metadata.sorted_tables for column in table.columns]
        members = [(column, member) for column in columns if isinstance(column.type, Enum) for member in column.type.enums]
        return [f"{column} {member}" for column, member in members if f"'{member}'" not in checks[column.table.name]]

    async with own.transaction():
        assert await (await own.session.connection()).run_sync(refused) == []


async def test_readiness_tells_whether_the_schema_has_all_columns(bare_url: str, bare_settings: DatabaseSettings) -> None:
    table = Base.metadata.sorted_tables[-1]
    column = list(table.columns)[-1]
    async with open_database(bare_settings) as database:
        with pytest.raises(Unavailable, match="run `alembic upgrade head`"):
            await check_schema(database)

        await asyncio.to_thread(alembic, bare_url, upgrade)
        assert await check_schema(database) == "ok"

        await run(database, f'ALTER TABLE "{table.name}" ADD COLUMN newer integer')
        assert await check_schema(database) == "ok"

        await run(database, f'ALTER TABLE "{table.name}" DROP COLUMN "{column.name}"')
        with pytest.raises(Unavailable, match=f"no column {column}"):
            await check_schema(database)


def test_migrations_do_not_go_through_pgbouncer(monkeypatch: pytest.MonkeyPatch, bare_url: str) -> None:
    monkeypatch.setenv("DATABASE_PGBOUNCER", "true")

    with pytest.raises(CommandError, match="DATABASE_PGBOUNCER"):
        alembic(bare_url, upgrade)


async def test_migrations_take_turns(bare_url: str, bare_settings: DatabaseSettings) -> None:
    asked = text("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_try_advisory_lock(%' AND pid <> pg_backend_pid()")
    async with open_database(bare_settings) as database:
        async with database.transaction():
            await database.session.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            migrating = asyncio.create_task(asyncio.to_thread(alembic, bare_url, upgrade))
            async with asyncio.timeout(20):
                while not await database.session.scalar(asked):
                    await database.session.execute(text("SELECT pg_stat_clear_snapshot()"))
                    assert not migrating.done()
            assert await database.session.scalar(text("SELECT to_regclass('alembic_version')")) is None

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

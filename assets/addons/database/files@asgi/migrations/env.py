"""How Alembic reaches the database: with the service's own settings, one process at a time."""

import asyncio
import logging
from typing import Literal
from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.util import CommandError
from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from {{ package }}.infrastructure.db.engine import create_migration_engine
from {{ package }}.infrastructure.db.errors import FAILURES, translated
from {{ package }}.infrastructure.db.models import Base
from {{ package }}.infrastructure.db.schema import MIGRATION_LOCK
from {{ package }}.infrastructure.db.types import ExactDecimal, UtcDateTime
from {{ package }}.infrastructure.config import DatabaseSettings
from {{ package }}.infrastructure.config import load_section


def main() -> None:
    """Migrate, or write the SQL for it with `--sql`."""
    if context.config.cmd_opts is not None:
        logging.basicConfig(format="%(message)s")
        logging.getLogger("alembic.runtime.migration").setLevel(logging.INFO)
    try:
        settings = load_section(DatabaseSettings)
        if context.is_offline_mode():
            context.configure(dialect_name=settings.url.dialect, literal_binds=True, transactional_ddl=True)
            run_migrations()
        else:
            asyncio.run(migrate(settings))
    except FAILURES as error:
        raise CommandError(str(translated(error))) from None


async def migrate(settings: DatabaseSettings) -> None:
    """Run the migrations while no other process does."""
    engine = create_migration_engine(settings)
    async with engine.connect() as connection:
        if settings.url.dialect == "postgresql":
            await take_turns(connection)
        await connection.run_sync(configure)
    await engine.dispose()


async def take_turns(connection: AsyncConnection) -> None:
    """Take the lock; asking again, not waiting, leaves no snapshot that CREATE INDEX CONCURRENTLY would wait for."""
    while not await connection.scalar(select(func.pg_try_advisory_lock(MIGRATION_LOCK))):
        await connection.rollback()
        await asyncio.sleep(0.1)
    await connection.commit()


def configure(connection: Connection) -> None:
    """Compare with the models, and change SQLite's tables by making them anew."""
    context.configure(
        connection=connection,
        render_as_batch=True,
        render_item=render_item,
        target_metadata=Base.metadata,
        transactional_ddl=True,
    )
    run_migrations()


def run_migrations() -> None:
    """Run them in one transaction: all of them, or none."""
    with context.begin_transaction():
        context.run_migrations()


def render_item(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """Write the service's own column types as models.py does."""
    if kind == "type" and isinstance(item, ExactDecimal | UtcDateTime):
        autogen.imports.add(f"from {type(item).__module__} import {type(item).__name__}")
        return repr(item)
    return False


main()

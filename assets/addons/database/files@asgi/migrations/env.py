"""How Alembic reaches the database: Alembic's template, with the service's settings and a lock."""

import logging
import time
from typing import Literal, cast
from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.util import CommandError
from sqlalchemy import Connection, func, select
from sqlalchemy.types import TypeDecorator
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import DatabaseSettings, load_section
from {{ package }}.infrastructure.db.engine import MIGRATION_LOCK, create_migration_engine
from {{ package }}.infrastructure.db.errors import QueryError, translated_errors
from {{ package }}.infrastructure.db.models import Base

def run_migrations_offline() -> None:
    """Print the SQL: `alembic upgrade head --sql`."""
    context.configure(dialect_name="postgresql", literal_binds=True, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    """Run the migrations, in one transaction, while no other process does."""
    settings = load_section(DatabaseSettings)
    if settings.pgbouncer:
        message = "got DATABASE_PGBOUNCER=true; expected a URL of PostgreSQL itself: migrations hold a lock of their session"
        raise CommandError(message)
    with create_migration_engine(settings).connect() as connection:
        take_turns(connection)
        context.configure(connection=connection, target_metadata=Base.metadata, render_item=render_item)
        with context.begin_transaction():
            context.run_migrations()


def take_turns(connection: Connection) -> None:
    """Take the lock. Waiting for it would hold a snapshot that CREATE INDEX CONCURRENTLY waits for."""
    lock = select(func.pg_try_advisory_lock(MIGRATION_LOCK))
    if not connection.scalar(lock):
        logging.getLogger("alembic.runtime.migration").info("waiting for another migration")
    while not connection.scalar(lock):
        connection.rollback()
        time.sleep(0.1)
    connection.commit()


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write plain SQLAlchemy types into migrations, which then need nothing of this package."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{cast('TypeDecorator[object]', item).impl!r}"
    return False


if context.config.cmd_opts is not None:
    logging.basicConfig(format="%(message)s")
    logging.getLogger("alembic.runtime.migration").setLevel(logging.INFO)
if context.is_offline_mode():
    run_migrations_offline()
else:
    try:
        with translated_errors():
            run_migrations_online()
    except (Unavailable, QueryError) as error:
        raise CommandError(str(error)) from None

"""The engines: one with a pool for requests, and one for migrations."""

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from {{ package }}.infrastructure.db import postgresql, sqlite
from {{ package }}.infrastructure.db.url import DatabaseUrl
from {{ package }}.infrastructure.config import DatabaseSettings


def create_engine(settings: DatabaseSettings) -> AsyncEngine:
    """Build the engine for requests; nothing connects before the first statement."""
    is_sqlite = settings.url.dialect == "sqlite"
    engine = create_async_engine(
        _address(settings.url),
        connect_args=sqlite.connect_arguments(settings) if is_sqlite else postgresql.connect_arguments(settings),
        hide_parameters=True,
        max_overflow=settings.pool_overflow,
        pool_pre_ping=True,
        pool_size=settings.pool_size,
        pool_timeout=settings.pool_timeout,
    )
    if is_sqlite:
        sqlite.prepare(engine.sync_engine, foreign_keys=True)
    else:
        postgresql.prepare(engine.sync_engine)
    return engine


def create_migration_engine(settings: DatabaseSettings) -> AsyncEngine:
    """Build the engine for migrations; SQLite changes a table by making it anew, so its foreign keys rest."""
    is_sqlite = settings.url.dialect == "sqlite"
    engine = create_async_engine(
        _address(settings.url),
        connect_args=sqlite.connect_arguments(settings) if is_sqlite else postgresql.migration_arguments(settings),
        hide_parameters=True,
        poolclass=NullPool,
    )
    if is_sqlite:
        sqlite.prepare(engine.sync_engine, foreign_keys=False)
    else:
        postgresql.prepare(engine.sync_engine)
    return engine


def _address(url: DatabaseUrl) -> URL:
    return URL.create(
        "sqlite+aiosqlite" if url.dialect == "sqlite" else "postgresql+asyncpg",
        username=url.username,
        password=url.password,
        host=url.host,
        port=url.port,
        database=url.database,
    )

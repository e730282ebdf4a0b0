"""The engines: one with a pool for requests, one for migrations."""

import select
from typing import Final, cast

import sqlalchemy
from psycopg import AsyncConnection, Error
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
from {{ package }}.infrastructure.config import DatabaseSettings
from {{ package }}.infrastructure.db.connection import BoundedConnection

MIGRATION_LOCK: Final = 0x6D696772617465
"""The advisory lock that is held while migrating."""

_DIALECT: Final = "postgresql+psycopg://"
# The server cancels a statement this much earlier than the client: the connection then stays usable.
_SERVER_FIRST: Final = 0.25
# Each side notices that the other one vanished: after 10 + 3 * 5 idle seconds, or 10 with data on its way.
_KEEPALIVES: Final = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}


def create_engine(settings: DatabaseSettings) -> AsyncEngine:
    """Build the engine for requests. Nothing connects before the first statement."""
    milliseconds = round(settings.statement_timeout * 1000)
    timeouts = f"-c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout=15000"
    engine = create_async_engine(
        _DIALECT,
        connect_args={
            "async_creator_fn": BoundedConnection.open,
            "max_wait": settings.statement_timeout + _SERVER_FIRST,
            "prepare_threshold": None if settings.pgbouncer else 5,
            **_parameters(settings, timeouts),
        },
        hide_parameters=True,
        # The units of work that write ask for a transaction. Reading takes one round trip instead of three without.
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        # Connections beyond those that are kept would be opened and closed all the time under load.
        max_overflow=0,
        pool_size=settings.pool_size,
        pool_timeout=settings.pool_timeout,
    )
    event.listen(engine.sync_engine, "checkout", _replace_lost_connection)
    event.listen(engine.sync_engine, "handle_error", _discard_outdated_connection)
    return engine


def create_migration_engine(settings: DatabaseSettings) -> sqlalchemy.Engine:
    """Build the engine for migrations. A statement may take long, but waits for a lock for 10 seconds only."""
    parameters = _parameters(settings, "-c lock_timeout=10000")
    return sqlalchemy.create_engine(_DIALECT, connect_args=parameters, hide_parameters=True, poolclass=NullPool)


def _parameters(settings: DatabaseSettings, timeouts: str) -> dict[str, str]:
    """Return the parameters of the URL, and ours where it says nothing. PgBouncer takes no `options`."""
    given = settings.url.parameters
    ours = {"application_name": "{{ name }}", "connect_timeout": "3", **_KEEPALIVES}
    if settings.pgbouncer:
        return ours | given
    keepalives = " ".join(f"-c {name.replace('keep', 'tcp_keep')}={value}" for name, value in _KEEPALIVES.items())
    return ours | given | {"options": f"-c timezone=UTC {keepalives} {timeouts} {given.get('options', '')}"}


def _replace_lost_connection(_connection: object, entry: ConnectionPoolEntry, _proxied: object) -> None:
    """Refuse an idle connection that has something to read: the server has closed it.

    `pool_pre_ping` would ask the server, which costs a round trip for each use of a connection.
    """
    readable = select.poll()
    readable.register(cast("AsyncConnection", entry.driver_connection), select.POLLIN)
    if readable.poll(0):
        raise DisconnectionError


def _discard_outdated_connection(context: ExceptionContext) -> None:
    """Throw away connections that would fail again: to a server that became read-only, or with an outdated plan."""
    error = context.original_exception
    if isinstance(error, Error):
        outdated_plan = error.diag.source_function == "RevalidateCachedQuery"
        context.is_disconnect = context.is_disconnect or outdated_plan or error.sqlstate == "25006"

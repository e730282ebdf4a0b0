"""One unit of work around each use case: a session that all adapters of one `Database` share.

Adapters are built once, at the start, and use the session that the current task has opened.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import final
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import DatabaseSettings
from {{ package }}.infrastructure.db.engine import create_engine
from {{ package }}.infrastructure.db.errors import DEPENDENCY, READ_ONLY, translated_errors
from {{ package }}.infrastructure.outages import OutageLog
{{ slot("session.imports") }}


class TransactionError(Exception):
    """The database was used without a transaction, or in two at once: a mistake in the code."""


@final
class Database:
    """Opens units of work, and gives adapters the session of the one that is open."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writer = engine.execution_options(isolation_level="READ COMMITTED")
        self._sessions: dict[asyncio.Task[object] | None, AsyncSession] = {}
        self._outages = OutageLog(DEPENDENCY)
        {{ slot("database.fields") }}

    @asynccontextmanager
    async def transaction(self, *, read_only: bool = False) -> AsyncGenerator[None]:
        """Commit what happens inside, or roll all of it back when it raises. The first statement takes a connection."""
        task = asyncio.current_task()
        if task in self._sessions:
            message = "a transaction is open already; expected one for each use case"
            raise TransactionError(message)
        engine = self._reader if read_only else self._writer
        session = self._sessions[task] = AsyncSession(engine, expire_on_commit=False)
        try:
            with translated_errors():
                async with session:
                    yield
                    connected = session.in_transaction()
                    if not read_only:
                        await session.commit()
        except Unavailable as error:
            if error.dependency == DEPENDENCY:
                self._outages.unavailable(error.reason)
            raise
        else:
            # That a read-only database can be read does not end its outage.
            if connected and not (read_only and self._outages.reason == READ_ONLY):
                self._outages.available()
        finally:
            del self._sessions[task]
            {{ slot("database.after_transaction") }}

    @property
    def session(self) -> AsyncSession:
        """The session of the unit of work that the current task has opened. A task that it starts has none."""
        session = self._sessions.get(asyncio.current_task())
        if session is None:
            message = "no transaction is open in this task; try `async with database.transaction():`"
            raise TransactionError(message)
        return session

{% if "+refusals" in uses %}
    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[AsyncSession]:
        """Undo only what happens inside when the database refuses it with a QueryError: the transaction goes on."""
        with translated_errors():
            async with self.session.begin_nested():
                yield self.session

{% endif %}
{% if slot("database.methods") %}
    {{ slot("database.methods") }}

{% endif %}

@asynccontextmanager
async def open_database(settings: DatabaseSettings) -> AsyncGenerator[Database]:
    """Open the database for the lifetime of the service. The server may be down at start and at the end."""
    # What goes wrong with a connection is raised where it is used; these would log it once more, with a traceback.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    engine = create_engine(settings)
    try:
        yield Database(engine)
    finally:
        await engine.dispose()

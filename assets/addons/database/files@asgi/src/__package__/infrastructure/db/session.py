"""One transaction per use case, shared by all adapters that are built with the same `Database`."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Final, final
from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from {{ package }}.infrastructure.db.engine import create_engine
from {{ package }}.infrastructure.db.errors import FAILURES, ConstraintError, translated
from {{ package }}.infrastructure.db.sqlite import READ_ONLY
from {{ package }}.infrastructure.config import DatabaseSettings
{{ slot("session.imports") }}

type Parameters = Mapping[str, object]

CLOSING: Final = 1.0
"""How long the end of the service may wait for the database, in seconds."""


class TransactionError(Exception):
    """The database was used without a transaction, or in two at once: a mistake in the code."""


@final
class _Transaction:
    """What is open between the first statement of a use case and its end."""

    def __init__(self, engine: AsyncEngine, *, read_only: bool) -> None:
        self._engine = engine
        self._stack = AsyncExitStack()
        self._connection: AsyncConnection | None = None
        self._failure: Exception | None = None
        self.owner = asyncio.current_task()
        self.read_only = read_only
        {{ slot("transaction.init") }}

    async def run(self, statement: Executable, parameters: Parameters) -> CursorResult[*tuple[object, ...]]:
        """Run one statement; after a failed one the transaction takes no more, as PostgreSQL has it."""
        if self._failure is not None:
            message = "a statement of this transaction has failed, so nothing more can be done in it"
            raise TransactionError(message)
        try:
            if self._connection is None:
                self._connection = await self._stack.enter_async_context(self._engine.connect())
            return await self._connection.execute(statement, parameters)
        except FAILURES as error:
            self._failure = translated(error)
        # Raised out here, it has no context that would bring the driver's message along.
        raise self._failure

    async def end(self) -> None:
        """Commit if every statement worked; raise again what went wrong in one, lest it be taken for success."""
        if not self.read_only and self._failure is None and self._connection is not None:
            try:
                await self._connection.commit()
            except FAILURES as error:
                self._failure = translated(error)
        if self._failure is not None and not isinstance(self._failure, ConstraintError):
            raise self._failure

    async def close(self) -> None:
        """Roll back what is not committed; where that fails, the connection is gone and its transaction with it."""
        with suppress(*FAILURES):
            await self._stack.aclose()


@final
class Database:
    """Runs statements in the transaction that the running use case has open."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Take the engine; it belongs to `open_database`."""
        self._writer = engine
        self._reader = engine.execution_options(**READ_ONLY)
        self._current: ContextVar[_Transaction | None] = ContextVar("transaction", default=None)

    @asynccontextmanager
    async def transaction(self, *, read_only: bool = False) -> AsyncGenerator[None]:
        """Commit what happens inside, or none of it: an exception or a broken constraint rolls back.

        The connection is taken at the first statement: what asks the database for nothing does not wait for it. Reading
        only is cheaper, and on SQLite readers wait for nobody.
        """
        if self._open() is not None:
            message = "a transaction is open already; expected one for each use case"
            raise TransactionError(message)
        transaction = _Transaction(self._reader if read_only else self._writer, read_only=read_only)
        token = self._current.set(transaction)
        try:
            yield
            await transaction.end()
        finally:
            self._current.reset(token)
            await transaction.close()

    async def rows(self, statement: Executable, parameters: Parameters) -> Sequence[Mapping[str, object]]:
        """Run a query and give all of its rows, by the names of their columns.

        Plain dictionaries: a mapping of SQLAlchemy's has methods, and what reads it takes them for columns.
        """
        result = await self._transaction().run(statement, parameters)
        names = tuple(result.keys())
        return [dict(zip(names, row, strict=True)) for row in result]

    async def execute(self, statement: Executable, parameters: Parameters) -> int:
        """Run a statement that changes rows and count them."""
        return (await self._transaction().run(statement, parameters)).rowcount
{% if slot("database.methods") %}

    {{ slot("database.methods") }}
{% endif %}

    def _transaction(self) -> _Transaction:
        transaction = self._open()
        if transaction is None:
            message = "no transaction is open; expected `async with database.transaction():` around the use case"
            raise TransactionError(message)
        return transaction

    def _open(self) -> _Transaction | None:
        """Look for a transaction of this task; a task that was started in one inherits the context, but not that."""
        transaction = self._current.get()
        return transaction if transaction is not None and transaction.owner is asyncio.current_task() else None


@asynccontextmanager
async def open_database(settings: DatabaseSettings) -> AsyncGenerator[Database]:
    """Give the database for as long as the service runs; it need not be up yet, nor be so at the end."""
    # What goes wrong with a connection is raised where it is used; the pool would log it once more, with a traceback.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    engine = create_engine(settings)
    try:
        yield Database(engine)
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING):
                await engine.dispose()

"""A psycopg connection that does not wait for ever for a server that has stopped answering."""

import asyncio
from typing import Final, Self, final, override

from psycopg import AsyncConnection
from psycopg.abc import AdaptContext, PQGen
from psycopg.conninfo import make_conninfo
from psycopg.errors import ConnectionTimeout, InFailedSqlTransaction
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

_CANCEL_TIMEOUT: Final = 1.0


@final
class BoundedConnection(AsyncConnection[TupleRow]):
    """Bounds waits without a timeout, such as COMMIT and ROLLBACK, which SQLAlchemy shields from being cancelled."""

    max_wait: float | None = None

    @classmethod
    async def open(
        cls, conninfo: str, *, max_wait: float, context: AdaptContext, prepare_threshold: int | None, **parameters: str
    ) -> Self:
        conninfo = make_conninfo(conninfo, **parameters)
        connection = await cls.connect(conninfo, context=context, prepare_threshold=prepare_threshold)
        connection.max_wait = max_wait
        return connection

    @override
    async def wait[T](self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        try:
            async with asyncio.timeout(None if timeout else self.max_wait):
                return await super().wait(gen, interval, timeout)
        except TimeoutError:
            await self.close()
        raise ConnectionTimeout

    @override
    async def cancel_safe(self, *, timeout: float = _CANCEL_TIMEOUT) -> None:
        """Ask the server to cancel, and close the connection: psycopg would wait another 5 seconds for the result."""
        try:
            await super().cancel_safe(timeout=min(timeout, _CANCEL_TIMEOUT))
        finally:
            await self.close()

    @override
    async def commit(self) -> None:
        """Refuse what PostgreSQL turns into a rollback without an error: COMMIT after a statement has failed."""
        if self.info.transaction_status == TransactionStatus.INERROR:
            await self.rollback()
            raise InFailedSqlTransaction
        await super().commit()

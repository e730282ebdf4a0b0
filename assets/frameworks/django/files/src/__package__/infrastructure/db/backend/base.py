"""Django's PostgreSQL backend, with waits that end: no thread waits for ever for a server that does not answer."""

import select
from collections.abc import Callable
from typing import cast, final, override

import psycopg
from django.db.backends.postgresql import base
from psycopg.abc import PQGen
from psycopg.errors import ReadOnlySqlTransaction
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow


@final
class BoundedConnection(psycopg.Connection[TupleRow]):
    """Bounds every wait, also those of COMMIT and ROLLBACK, by `max_wait` seconds."""

    max_wait: float | None = None

    @override
    def wait[T](self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        try:
            return super().wait(gen, interval, self.max_wait if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.info.transaction_status == TransactionStatus.ACTIVE:
                self.close()  # a late result would be taken for that of the next statement
            raise
        except ReadOnlySqlTransaction:
            self.close()  # after a failover, another server takes the writes
            raise


@final
class DatabaseWrapper(base.DatabaseWrapper):
    """What ENGINE in the settings names. OPTIONS have `max_wait` beside the parameters of the connection."""

    connection: BoundedConnection | None

    @override
    def get_new_connection(self, conn_params: dict[str, object]) -> BoundedConnection:  # pyright: ignore[reportIncompatibleMethodOverride] - django-types says None
        max_wait = cast("float | None", conn_params.pop("max_wait"))
        connection = cast("Callable[..., BoundedConnection]", BoundedConnection.connect)(**conn_params)
        connection.max_wait = max_wait
        return connection

    @override
    def is_usable(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride] - django-types says None
        """Return whether nothing has arrived on an idle connection, such as its end.

        Django would ask the server, which takes a round trip for each request.
        """
        if self.connection is None or self.connection.closed:
            return False
        arrived = select.poll()
        arrived.register(self.connection, select.POLLIN)
        return not arrived.poll(0)

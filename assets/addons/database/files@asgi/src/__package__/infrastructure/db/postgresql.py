"""PostgreSQL through asyncpg: how long every step may take, and how a lost peer is noticed."""

import socket
import ssl
from asyncio import Transport
from collections.abc import Mapping
from operator import attrgetter
from typing import Final, cast
from urllib.parse import urlencode

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from {{ package }}.infrastructure.config import DatabaseSettings

_APPLICATION_NAME: Final = "{{ name }}"
# The server is the first to give up on a statement: its connection stays usable then.
_SERVER_FIRST: Final = 0.25
_MIGRATION_LOCK_TIMEOUT: Final = 10.0
# A peer that vanished is noticed after 10 + 3 * 5 idle seconds, or 10 with data on its way.
_KEEPALIVE: Final = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
_SERVER_KEEPALIVE: Final = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
}


def connect_arguments(settings: DatabaseSettings) -> dict[str, object]:
    """Give asyncpg what requests need: nothing may hang."""
    return {
        **_security(dict(settings.url.options)),
        "timeout": settings.connect_timeout,
        "command_timeout": settings.statement_timeout + _SERVER_FIRST,
        "server_settings": {
            **_server_settings(settings),
            "statement_timeout": _milliseconds(settings.statement_timeout),
            "idle_in_transaction_session_timeout": _milliseconds(settings.idle_transaction_timeout),
        },
    }


def migration_arguments(settings: DatabaseSettings) -> dict[str, object]:
    """Give asyncpg what migrations need: statements take their time, but none makes the others queue behind it."""
    return {
        **_security(dict(settings.url.options)),
        "timeout": settings.connect_timeout,
        "server_settings": {
            **_server_settings(settings),
            "lock_timeout": _milliseconds(_MIGRATION_LOCK_TIMEOUT),
        },
    }


def prepare(engine: Engine) -> None:
    """Have the kernel notice a server that is gone without having said so."""
    event.listen(engine, "connect", _keep_alive)


def _keep_alive(_connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    connected = socket_of(entry.driver_connection)
    if connected.family == socket.AF_UNIX:
        return
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        # Not every system has all of them.
        option = cast("int | None", getattr(socket, name, None))
        if option is not None:
            connected.setsockopt(socket.IPPROTO_TCP, option, value)


def socket_of(connection: object) -> socket.socket:
    """Return the socket of a connection. asyncpg has no public way to it: a test checks that `_transport` is there."""
    transport = cast("Transport", attrgetter("_transport")(connection))
    return cast("socket.socket", transport.get_extra_info("socket"))


def _server_settings(settings: DatabaseSettings) -> dict[str, str]:
    options = dict(settings.url.options)
    return {"application_name": options.get("application_name", _APPLICATION_NAME), **_SERVER_KEEPALIVE}


def _security(options: Mapping[str, str]) -> dict[str, object]:
    """Hand libpq's parameters to asyncpg, which reads them from a DSN only, apart from two that it does not know.

    It cannot bind the channel, which is there to prove who answers, nor use the system's certificate authorities. The
    server's certificate is checked against those instead.
    """
    mode = options.get("sslmode", "prefer")
    system = options.get("sslrootcert", "system") == "system" and mode.startswith("verify-")
    if system or options.get("channel_binding") == "require":
        context = ssl.create_default_context()
        context.check_hostname = mode != "verify-ca"
        return {"ssl": context, "dsn": _dsn(options)}
    return {"dsn": _dsn(options)}


def _dsn(options: Mapping[str, str]) -> str:
    passed = {name: value for name, value in options.items() if name not in {"application_name", "channel_binding"}}
    return f"postgresql:///?{urlencode(passed)}" if passed else "postgresql:///"


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))

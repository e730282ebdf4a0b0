"""Connections whose every wait ends with the deadline of the call, below the client and its pool."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from ssl import SSLContext
from typing import Final, cast, final, override
from httpcore2 import SOCKET_OPTION, ConnectError, ConnectTimeout, NetworkBackend, NetworkStream, SyncBackend
from {{ package }}.infrastructure.deadline import seconds_left
from {{ package }}.infrastructure.look_up import look_up

_PIECE: Final = 16_384
"""Bytes that are sent with one timeout."""


class Network(NetworkBackend):
    """Looks names up, and connects to the first of their addresses that answers."""

    def __init__(self) -> None:
        self._sockets: SyncBackend = SyncBackend()

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return where a connection may go."""
        return look_up(host, port)

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        try:
            *others, last = self.addresses(host, port)
        except (OSError, UnicodeError) as error:
            raise ConnectError(type(error).__name__) from None
        for address in others:
            with suppress(ConnectError, ConnectTimeout):
                return self._connect(address, port, timeout)
        return self._connect(last, port, timeout)

    def _connect(self, address: str, port: int, timeout: float | None) -> NetworkStream:
        return _Stream(self._sockets.connect_tcp(address, port, seconds_left(timeout)))


@final
class _Stream(NetworkStream):
    def __init__(self, stream: NetworkStream) -> None:
        self._stream = stream

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, seconds_left(timeout))

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], seconds_left(timeout))

    @override
    def close(self) -> None:
        self._stream.close()

    @override
    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, seconds_left(timeout)))

    @override
    def get_extra_info(self, info: str) -> object:
        return cast("object", self._stream.get_extra_info(info))

"""How answers of other servers are read: whole, up to a size, without cookies and without the environment's proxies."""

from functools import cache
from ssl import SSLContext
from typing import Final, cast, override
from weakref import finalize
import httpcore2
import httpx2
from httpx2 import BaseTransport, ConnectError, Limits, Request, Response, TransportError
from {{ package }}.infrastructure.deadline import seconds_left
from {{ package }}.infrastructure.network import Network

_NOT_PASSED_ON: Final = frozenset({"content-encoding", "content-length", "set-cookie"})
_NOT_SENT: Final = (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.PoolTimeout)
_FAILURES: Final = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError)


class TooLargeError(TransportError):
    """The answer is larger than it may be."""


class BoundedTransport(BaseTransport):
    """Reads each answer up to `max_bytes`, counted after decompression, and within the `deadline` of the caller.

    It raises `TimeoutError` after that, `ConnectError` for a request that was never sent, `TransportError` for other
    failures. The pool is that of httpx2's own transport, which lets nobody choose its network.
    """

    def __init__(self, max_bytes: int, limits: Limits, proxy: str | None = None, network: Network | None = None) -> None:
        self._max_bytes: int = max_bytes
        self._pool: httpcore2.ConnectionPool = httpcore2.ConnectionPool(
            authorities(),
            proxy=httpcore2.Proxy(proxy) if proxy else None,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=network or Network(),
        )
        finalize(self, self._pool.close)  # a client lives as long as the process, or as the test that made it

    @override
    def handle_request(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except _FAILURES as error:
            seconds_left()  # raises `TimeoutError` if it was the deadline that ended a wait
            kind = ConnectError if isinstance(error, _NOT_SENT) else TransportError
            raise kind(type(error).__name__) from None

    def _answer(self, request: Request) -> Response:
        raw = request.url
        url = httpcore2.URL(scheme=raw.raw_scheme, host=raw.raw_host, port=raw.port, target=raw.raw_path)
        timeouts = cast("dict[str, float | None]", request.extensions.get("timeout", {}))
        extensions = {**request.extensions, "timeout": {name: seconds_left(wait) for name, wait in timeouts.items()}}
        content = bytearray()
        with self._pool.stream(request.method, url, headers=request.headers.raw, content=request.read() or None, extensions=extensions) as received:
            response = Response(received.status, headers=received.headers, content=received.iter_stream())
            for piece in response.iter_bytes():
                content += piece
                if len(content) > self._max_bytes:
                    message = f"more than {self._max_bytes} bytes"
                    raise TooLargeError(message)
        headers = [header for header in received.headers if header[0].decode().lower() not in _NOT_PASSED_ON]
        return Response(received.status, headers=headers, content=bytes(content))

    @override
    def close(self) -> None:
        self._pool.close()


@cache
def authorities() -> SSLContext:
    """Load the system's certificate authorities once, or those of SSL_CERT_FILE or SSL_CERT_DIR."""
    return httpx2.create_ssl_context()

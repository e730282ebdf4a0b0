"""How answers of other servers are read: whole, up to a size, without cookies and without the environment's proxies."""

from contextlib import aclosing
from functools import cache
from ssl import SSLContext
from typing import Final, override
import httpx2
from httpx2 import AsyncHTTPTransport, Limits, Request, Response, TransportError

_NOT_PASSED_ON: Final = frozenset({"content-encoding", "content-length", "set-cookie"})


class TooLargeError(TransportError):
    """The answer is larger than it may be."""


class BoundedTransport(AsyncHTTPTransport):
    """Reads each answer up to `max_bytes`, counted after decompression."""

    def __init__(self, max_bytes: int, limits: Limits, proxy: str | None = None) -> None:
        super().__init__(verify=authorities(), trust_env=False, limits=limits, proxy=proxy)
        self._max_bytes: int = max_bytes

    @override
    async def handle_async_request(self, request: Request) -> Response:
        content = bytearray()
        async with aclosing(await super().handle_async_request(request)) as response:
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > self._max_bytes:
                    message = f"more than {self._max_bytes} bytes"
                    raise TooLargeError(message)
        headers = [header for header in response.headers.multi_items() if header[0].lower() not in _NOT_PASSED_ON]
        return Response(response.status_code, headers=headers, content=bytes(content))


@cache
def authorities() -> SSLContext:
    """Load the system's certificate authorities once, or those of SSL_CERT_FILE or SSL_CERT_DIR."""
    return httpx2.create_ssl_context()

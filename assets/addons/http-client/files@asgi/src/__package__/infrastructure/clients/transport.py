"""How bytes travel: no answer is larger than it may be or compressed, and no proxy comes out of the environment."""

from functools import cache
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Final, final, override
import httpx2
from httpx2 import AsyncHTTPTransport, Limits, Request, Response, TransportError

NO_TLS: Final = SSLContext(PROTOCOL_TLS_CLIENT)
"""For plain http://: loading the authorities takes long, and with this one nobody is trusted."""


class UnreadableError(TransportError):
    """The answer is larger than it may be, or compressed, so that its size cannot be known."""


@final
class BoundedTransport(AsyncHTTPTransport):
    """Reads each answer whole, up to `most_bytes`."""

    def __init__(self, most_bytes: int, tls: SSLContext, limits: Limits) -> None:
        super().__init__(verify=tls, trust_env=False, limits=limits)
        self._most_bytes = most_bytes

    @override
    async def handle_async_request(self, request: Request) -> Response:
        request.headers["Accept-Encoding"] = "identity"
        response = await super().handle_async_request(request)
        try:
            content = await self._read(response)
        finally:
            await response.aclose()
        return Response(response.status_code, headers=response.headers, content=content, request=request)

    async def _read(self, response: Response) -> bytes:
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            message = "compressed"
            raise UnreadableError(message)
        content = bytearray()
        async for piece in response.aiter_raw():
            content += piece
            if len(content) > self._most_bytes:
                message = f"of more than {self._most_bytes} bytes"
                raise UnreadableError(message)
        return bytes(content)


@cache
def authorities() -> SSLContext:
    """Load whom to trust, once: the system's authorities, or those in SSL_CERT_FILE or SSL_CERT_DIR."""
    return httpx2.create_ssl_context()

"""Fetches what a URL from outside names, without becoming a way into this network (server-side request forgery).

A name is looked up once, every address it has is checked, and the connection goes to an address that was: another
answer to a second question (rebinding) is never asked for. Redirects are checked in the same way.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from ssl import SSLContext
from typing import Final, cast, final
from httpx2 import AsyncClient, ConnectError, ConnectTimeout, HTTPError, InvalidURL, Limits, Response
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.clients.addresses import is_public
from {{ package }}.infrastructure.clients.destination import Destination, read_destination
from {{ package }}.infrastructure.clients.transport import NO_TLS, BoundedTransport, UnreadableError, authorities

SECONDS: Final = 5.0
"""Everything has happened by then: looking up, all redirects, all of the content."""
MOST_BYTES: Final = 1_048_576
MOST_REDIRECTS: Final = 3
CONCURRENCY: Final = 8
PORTS: Final = frozenset({80, 443})
_MOST_ADDRESSES: Final = 3
_SILENCE_SECONDS: Final = 1.5

type Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found, and at which URL in the end; whoever reads it believes nothing of it, the type included."""

    url: str
    content_type: str
    content: bytes


class RefusedError(Exception):
    """Says why nothing was fetched; it ends in `get`."""


@final
class GuardedFetch:
    """Fetches by GET, without cookies, credentials or proxies."""

    def __init__(
        self,
        resolve: Resolve,
        permitted: Callable[[str], bool] = is_public,
        ports: Collection[int] = PORTS,
        tls: Callable[[], SSLContext] = authorities,
    ) -> None:
        self.resolve = resolve
        self.ports = ports
        self._permitted = permitted
        self._tls = tls
        self._places = asyncio.Semaphore(CONCURRENCY)

    async def get(self, url: str) -> Result[Fetched, str]:
        """Return what is there, or a few words on why not; they say nothing of what else is in this network."""
        try:
            async with asyncio.timeout(SECONDS), self._places:
                return Ok(await self._follow(url))
        except TimeoutError:
            return Err("takes too long")
        except RefusedError as error:
            return Err(str(error))

    async def _follow(self, url: str) -> Fetched:
        secure = False
        for _ in range(MOST_REDIRECTS + 1):
            destination = _destination(url, self.ports)
            if secure and destination.url.scheme != "https":
                raise RefusedError("redirects to what is not encrypted")  # noqa: EM101, TRY003 - it is the answer
            secure = destination.url.scheme == "https"
            response = await self._visit(destination)
            if not response.has_redirect_location:
                return _fetched(destination, response)
            url = _next(destination, response)
        raise RefusedError("redirects too often")  # noqa: EM101, TRY003 - likewise

    async def _visit(self, destination: Destination) -> Response:
        """Try the addresses one after the other, if all of them are permitted."""
        try:
            addresses = await self.resolve(destination.name, destination.port)
        except (OSError, UnicodeError):
            addresses = ()
        if not addresses or not all(map(self._permitted, addresses)):
            raise RefusedError("is nowhere that can be reached from here")  # noqa: EM101, TRY003 - likewise
        for address in addresses[:_MOST_ADDRESSES]:
            try:
                return await self._ask(destination, address)
            except (ConnectError, ConnectTimeout):
                continue
            except UnreadableError as error:
                refusal = f"is {error}"
            except (HTTPError, OSError):
                refusal = "does not answer as it should"
            raise RefusedError(refusal)
        raise RefusedError("cannot be connected to")  # noqa: EM101, TRY003 - likewise

    async def _ask(self, destination: Destination, address: str) -> Response:
        """Ask at an address, as if by the name: in the Host header, in TLS, and for whom the certificate has to be.

        Each has a client of its own: a pool would know connections by their address only.
        """
        tls = self._tls() if destination.url.scheme == "https" else NO_TLS
        transport = BoundedTransport(MOST_BYTES, tls, Limits(max_connections=1, max_keepalive_connections=0))
        async with AsyncClient(transport=transport, timeout=_SILENCE_SECONDS, trust_env=False) as http:
            return await http.get(
                destination.at(address),
                headers={
                    "Host": destination.host_header,
                    "Accept": "*/*",
                    "User-Agent": "{{ name }}",
                },
                extensions={"sni_hostname": destination.name},
                follow_redirects=False,
            )


def _destination(url: str, ports: Collection[int]) -> Destination:
    match read_destination(url, ports):
        case Ok(destination):
            return destination
        case Err(reason):
            raise RefusedError(reason)


def _next(destination: Destination, response: Response) -> str:
    try:
        return str(destination.url.join(response.headers["Location"]))
    except InvalidURL:
        raise RefusedError("redirects to no URL") from None  # noqa: EM101, TRY003 - it is the answer


def _fetched(destination: Destination, response: Response) -> Fetched:
    if response.status_code != HTTPStatus.OK:
        message = f"answered {response.status_code}"
        raise RefusedError(message)
    return Fetched(str(destination.url), response.headers.get("Content-Type", ""), response.content)


@asynccontextmanager
async def open_guarded_fetch() -> AsyncGenerator[GuardedFetch]:
    """Give it for as long as the service runs.

    Looking up has threads of its own: a stranger's name servers may hold them up, and nobody else's.
    """
    threads = ThreadPoolExecutor(CONCURRENCY, "guarded-fetch")
    try:
        yield GuardedFetch(partial(_resolve, threads))
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


async def _resolve(threads: ThreadPoolExecutor, name: str, port: int) -> Sequence[str]:
    look_up = partial(socket.getaddrinfo, name, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(threads, look_up)
    return list(dict.fromkeys(cast("str", address[0]) for *_, address in found))

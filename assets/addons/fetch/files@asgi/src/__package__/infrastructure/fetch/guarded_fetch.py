"""Fetches what users' URLs name, without becoming their way into this network (server-side request forgery).

A name is looked up once for each request, all its addresses are checked, and the connection goes to one that was
checked. The name is not looked up again for connecting, so a second answer of its name server changes nothing.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, final, override
import httpx2
from {{ package }}.domain.fetching import Fetched, FetchFailed
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.config import FetchSettings
from {{ package }}.infrastructure.fetch.addresses import is_public
from {{ package }}.infrastructure.fetch.look_up import look_up
from {{ package }}.infrastructure.outgoing import BoundedTransport, TooLargeError

{{ partial("fetch_failures.py") }}


@final
class GuardedTransport(BoundedTransport):
    """Connects to public addresses and to the servers of `FETCH_ALLOW` only. Every redirect comes through here too."""

    def __init__(self, settings: FetchSettings) -> None:
        # No connection is kept: the pool knows it by its address, which another name may have as well.
        super().__init__(settings.max_bytes, httpx2.Limits(max_connections=CONCURRENCY, max_keepalive_connections=0))
        self._allowed = frozenset(settings.allow.translate({ord("["): None, ord("]"): None}).split(","))

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        addresses = await self.addresses(request.url)
        # The request goes to an address; its Host header and, by this extension, TLS have the name.
        extensions = {**request.extensions, "sni_hostname": _name(request.url)}
        for address in addresses[:_MAX_ADDRESSES]:
            url = request.url.copy_with(host=address)
            sent = httpx2.Request(request.method, url, headers=request.headers, extensions=extensions)
            try:
                return await super().handle_async_request(sent)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        raise RefusedError(NOT_CONNECTED)

    async def addresses(self, url: httpx2.URL) -> Sequence[str]:
        """Return the addresses of a URL's host, or raise `RefusedError` if it may not be connected to."""
        name, port = _name(url), url.port or _PORTS.get(url.scheme)
        if url.scheme not in _PORTS or port is None or not name or url.userinfo:
            raise RefusedError(NO_URL)
        allowed = f"{name}:{port}" in self._allowed
        if not allowed and port not in _PORTS.values():
            raise RefusedError(NO_PORT)
        try:
            found = await look_up(name, port)
        except (OSError, UnicodeError) as error:
            passing = isinstance(error, TimeoutError) or getattr(error, "errno", None) == socket.EAI_AGAIN
            raise RefusedError(NOT_LOOKED_UP if passing else NOWHERE) from None
        if not allowed and not all(map(is_public, found)):
            raise RefusedError(NOWHERE)
        return found


@final
@dataclass(frozen=True, slots=True)
class GuardedFetch:
    """The port `Fetcher`: GET without cookies, credentials or proxies."""

    settings: FetchSettings
    transport: GuardedTransport
    http: httpx2.AsyncClient

    async def check(self, url: str) -> Result[None, FetchFailed]:
        return await self._outcome(self._check(url))

    async def get(self, url: str) -> Result[Fetched, FetchFailed]:
        return await self._outcome(self._get(url))

    async def _outcome[T](self, work: Awaitable[T]) -> Result[T, FetchFailed]:
        try:
            async with asyncio.timeout(self.settings.timeout):
                return Ok(await work)
        except RefusedError as refused:
            return Err(refused.failed)
        except TooLargeError:
            return Err(TOO_LARGE)
        except TimeoutError:
            return Err(TOO_SLOW)
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
            return Err(BROKEN)

    async def _check(self, text: str) -> None:
        await self.transport.addresses(_read(text))

    {{ partial("fetch_get.py") }}


@asynccontextmanager
async def open_guarded_fetch(settings: FetchSettings) -> AsyncGenerator[GuardedFetch]:
    transport = GuardedTransport(settings)
    timeout = httpx2.Timeout(settings.timeout, connect=_CONNECT_SECONDS)
    headers = {"User-Agent": "{{ name }}"}
    async with httpx2.AsyncClient(transport=transport, timeout=timeout, headers=headers, trust_env=False) as http:
        yield GuardedFetch(settings, transport, http)


{{ partial("fetch_functions.py") }}

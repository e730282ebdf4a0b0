"""Fetches what users' URLs name, without becoming their way into this network (server-side request forgery).

A name is looked up once for each request, all its addresses are checked, and the connection goes to one that was
checked. The name is not looked up again for connecting, so a second answer of its name server changes nothing.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final, override
import httpx2
from {{ package }}.domain.fetching import Fetched, FetchFailed
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.config import FetchSettings
from {{ package }}.infrastructure.deadline import deadline, seconds_left
from {{ package }}.infrastructure.fetch.addresses import is_public
from {{ package }}.infrastructure.look_up import look_up
from {{ package }}.infrastructure.network import Network
from {{ package }}.infrastructure.outgoing import BoundedTransport, TooLargeError

{{ partial("fetch_failures.py") }}


class CheckedNetwork(Network):
    """Connects to addresses only. They have been checked, and nothing is looked up."""

    @override
    def addresses(self, host: str, port: int) -> Sequence[str]:
        return [host]


@final
class GuardedTransport(BoundedTransport):
    """Connects to public addresses and to the servers of `FETCH_ALLOW` only. Every redirect comes through here too."""

    def __init__(self, settings: FetchSettings) -> None:
        # No connection is kept: the pool knows it by its address, which another name may have as well.
        limits = httpx2.Limits(max_connections=CONCURRENCY, max_keepalive_connections=0)
        super().__init__(settings.max_bytes, limits, network=CheckedNetwork())
        self._allowed = frozenset(settings.allow.translate({ord("["): None, ord("]"): None}).split(","))

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        addresses = self.addresses(request.url)
        # The request goes to an address; its Host header and, by this extension, TLS have the name.
        extensions = {**request.extensions, "sni_hostname": _name(request.url)}
        for address in addresses[:_MAX_ADDRESSES]:
            url = request.url.copy_with(host=address)
            sent = httpx2.Request(request.method, url, headers=request.headers, extensions=extensions)
            try:
                return super().handle_request(sent)
            except httpx2.ConnectError:
                continue
        raise RefusedError(NOT_CONNECTED)

    def addresses(self, url: httpx2.URL) -> Sequence[str]:
        """Return the addresses of a URL's host, or raise `RefusedError` if it may not be connected to."""
        name, port = _name(url), url.port or _PORTS.get(url.scheme)
        if url.scheme not in _PORTS or port is None or not name or url.userinfo:
            raise RefusedError(NO_URL)
        allowed = f"{name}:{port}" in self._allowed
        if not allowed and port not in _PORTS.values():
            raise RefusedError(NO_PORT)
        try:
            found = look_up(name, port)
        except (OSError, UnicodeError) as error:
            seconds_left()  # raises `TimeoutError` if the fetch as a whole has taken too long
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
    http: httpx2.Client

    def check(self, url: str) -> Result[None, FetchFailed]:
        return self._outcome(self._check, url)

    def get(self, url: str) -> Result[Fetched, FetchFailed]:
        return self._outcome(self._get, url)

    def _outcome[T](self, work: Callable[[str], T], url: str) -> Result[T, FetchFailed]:
        try:
            with deadline(self.settings.timeout):
                return Ok(work(url))
        except RefusedError as refused:
            return Err(refused.failed)
        except TooLargeError:
            return Err(TOO_LARGE)
        except TimeoutError:
            return Err(TOO_SLOW)
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
            return Err(BROKEN)

    def _check(self, text: str) -> None:
        self.transport.addresses(_read(text))

    {{ partial("fetch_get.py") }}


def open_guarded_fetch(settings: FetchSettings) -> GuardedFetch:
    """Return the fetcher for the lifetime of the process."""
    transport = GuardedTransport(settings)
    timeout = httpx2.Timeout(settings.timeout, connect=_CONNECT_SECONDS)
    http = httpx2.Client(transport=transport, timeout=timeout, headers={"User-Agent": "{{ name }}"}, trust_env=False)
    return GuardedFetch(settings, transport, http)


{{ partial("fetch_functions.py") }}

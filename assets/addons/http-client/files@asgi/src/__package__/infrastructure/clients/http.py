"""Calls another service with JSON over HTTP, bounded in time and size; failures have the domain's names."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil
from random import random
from typing import Final, final
import httpx2
import msgspec
from {{ package }}.domain.errors import Unavailable, UnusableAnswer
from {{ package }}.infrastructure.outages import OutageLog
from {{ package }}.infrastructure.outgoing import BoundedTransport, TooLargeError

{{ partial("http_limits.py") }}


class RefusedError(Exception):
    """The other service refuses, with a status that the adapter has a meaning for."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered {status}")
        self.status: int = status


@final
@dataclass(frozen=True, slots=True)
class HttpService:
    """Another service.

    An adapter takes it and translates between its documents and the domain:

        try:
            document = await self._service.call("GET", f"invoices/{invoice_id}", InvoiceDocument, refusals={404})
        except RefusedError:
            return Err(InvoiceNotFound(invoice_id))
        return Ok(document.to_domain())
    """

    name: str
    http: httpx2.AsyncClient
    request_id: Callable[[], str | None]
    timeout_seconds: float
    outages: OutageLog

    {{ partial("http_call.py") }}

    async def _send(self, request: httpx2.Request, *, repeatable: bool) -> httpx2.Response:
        try:
            async with asyncio.timeout(self.timeout_seconds) as deadline:
                return await self._repeated(request, deadline, repeatable=repeatable)
        except TimeoutError:
            raise Unavailable(self.name, "does not answer in time") from None
        except (TooLargeError, httpx2.DecodingError) as error:
            raise UnusableAnswer(self.name, f"answered with what cannot be read: {type(error).__name__}") from None

    async def _repeated(self, request: httpx2.Request, deadline: asyncio.Timeout, *, repeatable: bool) -> httpx2.Response:
        attempt = 1
        while True:
            wait, again = 0.0, repeatable
            try:
                response = await self.http.send(request)
            except (TooLargeError, httpx2.DecodingError):
                raise
            except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
                reason, again = f"cannot be reached: {type(error).__name__}", True
            except httpx2.HTTPError as error:
                reason = f"gives no complete answer: {type(error).__name__}"
            else:
                if response.status_code not in _PASSING:
                    return response
                reason, wait = f"answered {response.status_code}", retry_after(response)
            pause = wait + random() * FIRST_PAUSE * 2.0**attempt  # noqa: S311 - clients that failed together come back apart
            late = asyncio.get_running_loop().time() + pause >= (deadline.when() or 0.0)
            if late or not again or attempt == ATTEMPTS:
                raise Unavailable(self.name, reason, retry_after=max(2, ceil(wait)))
            await asyncio.sleep(pause)
            attempt += 1

    {{ partial("http_read.py") }}


@asynccontextmanager
async def open_service(
    name: str,
    url: str,
    request_id: Callable[[], str | None],
    *,
    timeout_seconds: float = 3.0,
    concurrency: int = 20,
    proxy: str = "",
    auth: httpx2.Auth | None = None,
) -> AsyncGenerator[HttpService]:
    """Open the client of a service, which may be down; all paths are below `url`."""
    async with httpx2.AsyncClient(
        base_url=url,
        transport=BoundedTransport(MAX_BYTES, httpx2.Limits(max_connections=concurrency), proxy or None),
        timeout=timeout_seconds / 2,  # for each phase, so that a retry fits after a silent attempt
        headers={"Accept": "application/json", "User-Agent": "{{ name }}"},
        auth=auth,
    ) as http:
        yield HttpService(name, http, request_id, timeout_seconds, OutageLog(name))


{{ partial("http_functions.py") }}

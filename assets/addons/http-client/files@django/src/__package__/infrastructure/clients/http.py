"""Calls another service with JSON over HTTP, bounded in time and size; failures have the domain's names."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import ceil
from random import random
from time import sleep
from typing import Final, final
import httpx2
import msgspec
from {{ package }}.domain.errors import Unavailable, UnusableAnswer
from {{ package }}.infrastructure.deadline import deadline, seconds_left
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
    http: httpx2.Client
    request_id: Callable[[], str | None]
    timeout_seconds: float
    outages: OutageLog

    {{ partial("http_call.py") }}

    def _send(self, request: httpx2.Request, *, repeatable: bool) -> httpx2.Response:
        try:
            with deadline(self.timeout_seconds):
                return self._repeated(request, repeatable=repeatable)
        except TimeoutError:
            raise Unavailable(self.name, "does not answer in time") from None
        except (TooLargeError, httpx2.DecodingError) as error:
            raise UnusableAnswer(self.name, f"answered with what cannot be read: {type(error).__name__}") from None

    def _repeated(self, request: httpx2.Request, *, repeatable: bool) -> httpx2.Response:
        attempt = 1
        while True:
            wait, again = 0.0, repeatable
            try:
                response = self.http.send(request)
            except (TooLargeError, httpx2.DecodingError):
                raise
            except httpx2.ConnectError as error:
                reason, again = f"cannot be reached: {error}", True
            except httpx2.HTTPError as error:
                reason = f"gives no complete answer: {error}"
            else:
                if response.status_code not in _PASSING:
                    return response
                reason, wait = f"answered {response.status_code}", retry_after(response)
            pause = wait + random() * FIRST_PAUSE * 2.0**attempt  # noqa: S311 - clients that failed together come back apart
            if not again or attempt == ATTEMPTS or pause >= seconds_left():
                raise Unavailable(self.name, reason, retry_after=max(2, ceil(wait)))
            sleep(pause)
            attempt += 1

    {{ partial("http_read.py") }}


def open_service(
    name: str,
    url: str,
    request_id: Callable[[], str | None],
    *,
    timeout_seconds: float = 3.0,
    concurrency: int = 20,
    proxy: str = "",
    auth: httpx2.Auth | None = None,
) -> HttpService:
    """Return the client of a service for the lifetime of the process; all paths are below `url`."""
    http = httpx2.Client(
        base_url=url,
        transport=BoundedTransport(MAX_BYTES, httpx2.Limits(max_connections=concurrency), proxy or None),
        timeout=timeout_seconds / 2,  # for each phase, so that a retry fits after a silent attempt
        headers={"Accept": "application/json", "User-Agent": "{{ name }}"},
        auth=auth,
    )
    return HttpService(name, http, request_id, timeout_seconds, OutageLog(name))


{{ partial("http_functions.py") }}

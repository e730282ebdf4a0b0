"""Calls another service with JSON over HTTP, bounded in time and size; failures have the domain's names."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil
from random import random
from typing import Final, final
from urllib.parse import quote
import msgspec
from httpx2 import AsyncClient, Auth, ConnectError, ConnectTimeout, DecodingError, HTTPError, Limits, PoolTimeout, Request, Response
from {{ package }}.domain.errors import Unavailable, UnusableAnswer
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.outages import OutageLog
from {{ package }}.infrastructure.outgoing import BoundedTransport, TooLargeError

MAX_BYTES: Final = 1_048_576
"""A larger answer is not read to its end."""
ATTEMPTS: Final = 3
FIRST_PAUSE: Final = 0.1
_LONGEST_WAIT: Final = 86_400.0
_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_PASSING: Final = frozenset({408, 425, 429, 502, 503, 504})
_REJECTING: Final = frozenset({401, 403, 407})


@final
@dataclass(frozen=True, slots=True)
class HttpService:
    """Another service. An adapter takes it and translates between its documents and the domain.

        match await self._service.call("GET", f"invoices/{path_segment(number)}", InvoiceDocument):
            case Ok(document):
                return Ok(document.to_domain())
            case Err(404):
                return Err(InvoiceNotFound(number))
            case Err(status):
                raise self._service.unexpected(status)
    """

    name: str
    http: AsyncClient
    request_id: Callable[[], str | None]
    timeout_seconds: float
    outages: OutageLog

    async def check(self) -> str:
        """Report how the last call went, for readiness; the other service is not asked."""
        return f"degraded: {self.outages.reason}" if self.outages.reason else "ok"

    def unexpected(self, status: int) -> UnusableAnswer:
        """Return the error for a refusal that the domain does not know."""
        return UnusableAnswer(self.name, f"answered {status}")

    async def call[T](self, method: str, path: str, answer: type[T], body: object = None, *, repeatable: bool = False) -> Result[T, int]:
        """Return the answer, or the status (4xx) with which the other service refuses.

        Raise `Unavailable` when there is no answer in time, `UnusableAnswer` when it cannot be read or rejects this
        service. A failed call is repeated if its method is idempotent or it is `repeatable`, otherwise only if it was
        never sent. An answer without content is null.
        """
        request = self._request(method, path, body)
        try:
            result = self._read(await self._send(request, repeatable=repeatable or method in _IDEMPOTENT), answer)
        except Unavailable as error:
            self.outages.unavailable(error.reason)
            raise
        self.outages.available()
        return result

    def _request(self, method: str, path: str, body: object) -> Request:
        headers = {"X-Request-ID": request_id} if (request_id := self.request_id()) else {}
        if body is None:
            return self.http.build_request(method, path, headers=headers)
        headers["Content-Type"] = "application/json"
        return self.http.build_request(method, path, headers=headers, content=msgspec.json.encode(body))

    async def _send(self, request: Request, *, repeatable: bool) -> Response:
        try:
            async with asyncio.timeout(self.timeout_seconds) as deadline:
                return await self._repeated(request, deadline, repeatable=repeatable)
        except TimeoutError:
            raise Unavailable(self.name, "does not answer in time") from None
        except (TooLargeError, DecodingError) as error:
            raise UnusableAnswer(self.name, f"answered with what cannot be read: {type(error).__name__}") from None

    async def _repeated(self, request: Request, deadline: asyncio.Timeout, *, repeatable: bool) -> Response:
        attempt = 1
        while True:
            wait, again = 0.0, repeatable
            try:
                response = await self.http.send(request)
            except (TooLargeError, DecodingError):
                raise
            except (ConnectError, ConnectTimeout, PoolTimeout) as error:
                reason, again = f"cannot be reached: {type(error).__name__}", True
            except HTTPError as error:
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

    def _read[T](self, response: Response, answer: type[T]) -> Result[T, int]:
        status = response.status_code
        if response.is_client_error and status not in _REJECTING:
            return Err(status)
        if response.is_server_error:
            raise Unavailable(self.name, f"answered {status}")
        if not response.is_success:
            raise self.unexpected(status)
        try:
            return Ok(msgspec.json.decode(response.content or b"null", type=answer))
        except (ValueError, RecursionError) as error:
            # Only the path in the document: the message before it can quote the response.
            place = str(error).partition(" - at ")[2] or type(error).__name__
        raise UnusableAnswer(self.name, f"answered with another document than expected: {place}")


@asynccontextmanager
async def open_service(
    name: str,
    url: str,
    request_id: Callable[[], str | None],
    *,
    timeout_seconds: float = 3.0,
    concurrency: int = 20,
    proxy: str = "",
    auth: Auth | None = None,
) -> AsyncGenerator[HttpService]:
    """Open the client of a service, which may be down; all paths are below `url`."""
    async with AsyncClient(
        base_url=url,
        transport=BoundedTransport(MAX_BYTES, Limits(max_connections=concurrency), proxy or None),
        timeout=timeout_seconds / 2,  # for each phase, so that a retry fits after a silent attempt
        headers={"Accept": "application/json", "User-Agent": "{{ name }}"},
        auth=auth,
    ) as http:
        yield HttpService(name, http, request_id, timeout_seconds, OutageLog(name))


def path_segment(text: str) -> str:
    """Return a text as one segment of a path; raise `ValueError` for "", "." and "..", which would lead elsewhere."""
    if text in {"", ".", ".."}:
        message = f"expected one segment of a path, got {text!r}"
        raise ValueError(message)
    return quote(text, safe="")


def retry_after(response: Response) -> float:
    """Return the seconds that an answer asks to wait; 0 if it names none, or a date."""
    text = response.headers.get("Retry-After", "")
    return min(float(text), _LONGEST_WAIT) if text.isdecimal() else 0.0

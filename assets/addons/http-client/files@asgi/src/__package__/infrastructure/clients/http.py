"""Calls another service over HTTP: every wait is bounded, failures have the domain's names, and httpx stays in here."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final, final
from urllib.parse import quote
import msgspec
from httpx2 import AsyncClient, ConnectError, ConnectTimeout, HTTPError, Limits, PoolTimeout, Response, Timeout
from {{ package }}.domain.errors import Malformed, Unavailable
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.clients.retries import IDEMPOTENT, Failure, Fate, pause_after, wished
from {{ package }}.infrastructure.clients.transport import NO_TLS, BoundedTransport, UnreadableError, authorities
from {{ package }}.infrastructure.config import {{ Upstream }}Settings
{{ slot("upstream.http_imports") }}

MOST_BYTES: Final = 1_048_576
"""Larger answers are not read to their end."""
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_OUR_FAULT: Final = frozenset({401, 403, 407})
_logger = logging.getLogger(__name__)

type UpstreamSettings = {{ Upstream }}Settings
type RequestId = Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent; a `harmless` one may be carried out twice."""

    method: str
    path: str
    content: bytes | None
    harmless: bool


@final
class HttpUpstream:
    """One service, over one pool of connections; `name` is how messages call it."""

    def __init__(self, name: str, settings: UpstreamSettings, http: AsyncClient, request_id: RequestId) -> None:
        """Take the client; it belongs to `open_upstream`."""
        self._name = name
        self._settings = settings
        self._http = http
        self._request_id = request_id
        self._trouble: str | None = None

    async def check(self) -> str:
        """Say how the last call went: nobody is asked, and what is only the other one's trouble stops nothing here."""
        return f"degraded: {self._trouble}" if self._trouble else "ok"

    async def ask[T](
        self, method: str, path: str, answer: type[T], body: object = None, *, harmless: bool = False
    ) -> Result[T, int]:
        """Return the answer, or the status, 400 to 499, with which the other side turns it down.

        Raise Unavailable when there is none within the settings' timeout, Malformed when it is none of `answer`.
        What failed is asked again if its method is idempotent or it is `harmless`, such as by an idempotency key that
        the other side keeps; anything else only if nothing of it can have arrived.
        """
        content = None if body is None else msgspec.json.encode(body)
        call = Call(method, path, content, harmless or method in IDEMPOTENT)
        outcome = _read(await self._outcome(call), answer)
        self._note(outcome.reason if isinstance(outcome, Failure) else None)
        if isinstance(outcome, Failure):
            raise self._raised(outcome)
        return outcome

    async def _outcome(self, call: Call) -> Response | Failure:
        """Send it as often as it makes sense before the deadline."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._settings.timeout
        outcome: Response | Failure = Failure("does not answer in time", Fate.UNSURE)
        attempt = 1
        try:
            async with asyncio.timeout_at(deadline):
                while isinstance(outcome := await self._attempt(call), Failure):
                    pause = pause_after(attempt, outcome.wish)
                    last = attempt == self._settings.attempts or loop.time() + pause >= deadline
                    if last or not outcome.may_be_repeated(harmless=call.harmless):
                        break
                    await asyncio.sleep(pause)
                    attempt += 1
        except TimeoutError:
            return Failure("does not answer in time", Fate.UNSURE)
        return outcome

    async def _attempt(self, call: Call) -> Response | Failure:
        request_id = self._request_id()
        headers = {"Content-Type": "application/json"} if call.content is not None else {}
        if request_id is not None:
            headers["X-Request-ID"] = request_id
        try:
            response = await self._http.request(call.method, call.path, content=call.content, headers=headers)
        except PoolTimeout:
            return Failure("is asked too much at once", Fate.LASTING)
        except (ConnectError, ConnectTimeout) as error:
            return Failure(f"cannot be connected to: {type(error).__name__}", Fate.UNSENT)
        except UnreadableError as error:
            return Failure(f"answered with something {error}", Fate.MALFORMED)
        except (HTTPError, OSError) as error:
            return Failure(f"gives no whole answer: {type(error).__name__}", Fate.UNSURE)
        return _failure_in(response) or response

    def _raised(self, failure: Failure) -> Unavailable:
        """Return what the domain calls it; made out here it has no context that would bring httpx's words along."""
        if failure.fate is Fate.MALFORMED:
            return Malformed(self._name, failure.reason)
        return Unavailable(self._name, failure.reason, retry_after=max(2, round(failure.wish)))

    def _note(self, trouble: str | None) -> None:
        """Log where trouble begins and where it ends, not each call in between."""
        if trouble and not self._trouble:
            _logger.warning("another service is degraded", extra={"service": self._name, "reason": trouble})
        elif self._trouble and not trouble:
            _logger.info("another service works again", extra={"service": self._name})
        self._trouble = trouble


def path_segment(text: str) -> str | None:
    """Return a text as one segment of a path, or None if it cannot be one: "", "." and ".." would name another."""
    return None if text in {"", ".", ".."} else quote(text, safe="")


def _failure_in(response: Response) -> Failure | None:
    """Tell an answer, be it a refusal of what was asked, from a failure to give one."""
    status = response.status_code
    if status in _PASSING:
        return Failure(f"answered {status}", Fate.UNSURE, wished(response.headers.get("Retry-After", "")))
    if status in _OUR_FAULT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Failure(f"answered {status}", Fate.LASTING)
    if status < HTTPStatus.OK or HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Failure(f"answered {status}", Fate.MALFORMED)
    return None


def _read[T](outcome: Response | Failure, kind: type[T]) -> Result[T, int] | Failure:
    if isinstance(outcome, Failure):
        return outcome
    if outcome.status_code >= HTTPStatus.BAD_REQUEST:
        return Err(outcome.status_code)
    media_type = outcome.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        return Failure("answered with something that is not JSON", Fate.MALFORMED)
    try:
        return Ok(msgspec.json.decode(outcome.content, type=kind))
    # msgspec.DecodeError is a ValueError, and so is UnicodeDecodeError.
    except (ValueError, RecursionError) as error:
        # msgspec says where it does not fit, without what stands there. Otherwise the class of the error is named.
        where = str(error).partition(" - at ")[2] or type(error).__name__
        return Failure(f"answered with another document than is expected: {where}", Fate.MALFORMED)


@asynccontextmanager
async def open_upstream(
    name: str,
    settings: UpstreamSettings,
    request_id: RequestId,
    {{ slot("upstream.parameters") }}
) -> AsyncGenerator[HttpUpstream]:
    """Give a service for as long as this one runs; it need not be up."""
    limits = Limits(max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency)
    async with AsyncClient(
        base_url=settings.url.text,
        transport=BoundedTransport(MOST_BYTES, authorities() if settings.url.secure else NO_TLS, limits),
        timeout=Timeout(
            connect=settings.connect_timeout,
            read=settings.read_timeout,
            write=settings.write_timeout,
            pool=settings.pool_timeout,
        ),
        headers={"Accept": "application/json", "User-Agent": "{{ name }}"},
        # One caller's cookies are nothing for the next, and no password comes out of a .netrc.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=False,
        follow_redirects=False,
        {{ slot("upstream.arguments") }}
    ) as http:
        yield HttpUpstream(name, settings, http, request_id)

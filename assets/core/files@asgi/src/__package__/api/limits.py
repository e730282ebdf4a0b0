"""Bounds on what one request may cost: the size of its body, and the time until its answer starts."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus
from typing import cast, final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from {{ package }}.api.problems import ProblemResponse, problem
from {{ package }}.api.request_context import HttpScope


class RequestLimits:
    """Refuses bodies over `max_body_bytes` with 413, and answers 503 when `timeout_seconds` are over."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, timeout_seconds: float) -> None:
        self._app: ASGIApp = app
        self._max_body_bytes: int = max_body_bytes
        self._timeout_seconds: float = timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request within its bounds."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _announced_body(cast("HttpScope", cast("object", scope)))
        if body is not None:
            if body > self._max_body_bytes:
                await ProblemResponse(problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))(scope, receive, send)
                return
            receive = BoundedBody(receive, self._max_body_bytes)
        loop = asyncio.get_running_loop()
        deadline = Deadline(scope, receive, send)
        timer = loop.call_later(self._timeout_seconds, deadline.expire)
        try:
            await self._app(scope, receive, deadline.send)
        except asyncio.CancelledError:
            if not deadline.forgive():
                raise
        except Exception:
            if not deadline.expired:
                raise
        finally:
            timer.cancel()


@final
class BoundedBody:
    """Hands a body on until it has grown too large."""

    __slots__ = ("_left", "_receive")

    def __init__(self, receive: Receive, max_bytes: int) -> None:
        self._receive: Receive = receive
        self._left: int = max_bytes

    async def __call__(self) -> Message:
        """Receive the next message, or raise a 413."""
        message = await self._receive()
        self._left -= len(cast("bytes", message.get("body", b"")))
        if self._left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message


@final
class Deadline:
    """Answers in the handler's place when it takes too long to begin.

    The answer does not wait for the handler to let go: what it hangs on may not react to being cancelled. Once an
    answer has begun, it may take its time.
    """

    __slots__ = ("_answer", "_receive", "_scope", "_send", "_task", "expired", "started")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope: Scope = scope
        self._receive: Receive = receive
        self._send: Send = send
        self._task: asyncio.Task[object] | None = asyncio.current_task()
        self._answer: asyncio.Task[None] | None = None
        self.expired: bool = False
        self.started: bool = False

    def send(self, message: Message) -> Awaitable[None]:
        """Pass on what the handler answers, unless it is too late."""
        if self.expired:
            return _nothing()
        self.started = True
        return self._send(message)

    def expire(self) -> None:
        """Answer 503 now, and cancel the handler."""
        if self.started or self._task is None:
            return
        self.expired = True
        late = ProblemResponse(
            problem(HTTPStatus.SERVICE_UNAVAILABLE, "The request took too long."), {"Retry-After": "2"}
        )
        self._answer = asyncio.create_task(late(self._scope, self._receive, self._send))
        _ = self._task.cancel()

    def forgive(self) -> bool:
        """Take back the cancellation if it was ours."""
        if self.expired and self._task is not None:
            _ = self._task.uncancel()
        return self.expired


async def _nothing() -> None:
    pass


def _announced_body(scope: HttpScope) -> int | None:
    """Return how long the body says it is, 0 when it does not say, None when there is none."""
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        return 0
    length = headers.get(b"content-length")
    return None if length is None else int(length)

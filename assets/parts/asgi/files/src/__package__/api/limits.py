"""The bounds of every request: how large its body may be, and how long it may take until its answer begins."""

import asyncio
from dataclasses import dataclass
from typing import cast, final
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from {{ package }}.api.middleware import record_reason
from {{ package }}.api.problems import problem


@final
@dataclass(frozen=True, slots=True)
class BodyLimit:
    """Gives the application the whole body or, when it is larger than `max_bytes`, a 413 and nothing of the body."""

    app: ASGIApp
    max_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif int(Headers(scope=scope).get("content-length", "0")) > self.max_bytes:
            await problem(413)(scope, receive, send)
        else:
            await self.app(scope, _whole_body(receive, self.max_bytes), send)


def _whole_body(receive: Receive, max_bytes: int) -> Receive:
    async def receive_all() -> Message:
        body = bytearray()
        while True:
            message = await receive()
            body += cast("bytes", message.get("body", b""))
            if len(body) > max_bytes:
                raise HTTPException(413)
            if not message.get("more_body"):
                return {**message, "body": bytes(body)}

    return receive_all


@final
@dataclass(frozen=True, slots=True)
class Deadline:
    """Answers 503 when no answer has begun after `seconds`, or 408 when the body has not arrived by then.

    It does not wait for the handler to stop: what hangs may not react to being cancelled. An answer that has begun
    may take longer.
    """

    app: ASGIApp
    seconds: float

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, asyncio.current_task())
        timer = asyncio.get_running_loop().call_later(self.seconds, exchange.expire)
        try:
            await self.app(scope, exchange.read, exchange.answer)
        except asyncio.CancelledError:
            if exchange.refusal is None or (exchange.handler and exchange.handler.uncancel()):
                raise  # The server cancelled the request.
        finally:
            timer.cancel()
            if exchange.refusal is not None:
                await exchange.refusal


@dataclass(slots=True)
class _Exchange:
    scope: Scope
    receive: Receive
    send: Send
    handler: asyncio.Task[object] | None
    answering: bool = False
    waiting_for_body: bool = False
    body_complete: bool = False
    refusal: asyncio.Task[None] | None = None

    async def read(self) -> Message:
        """Receive for the handler, and know whether it waits for the caller."""
        self.waiting_for_body = not self.body_complete
        message = await self.receive()
        self.waiting_for_body = False
        self.body_complete = not message.get("more_body")
        return message

    async def answer(self, message: Message) -> None:
        """Send for the handler. Once the refusal is on its way, nothing else is sent."""
        if self.refusal is None:
            self.answering = True
            await self.send(message)

    def expire(self) -> None:
        """Send the refusal in a task of its own and cancel the handler, unless its answer has begun."""
        if self.answering or self.handler is None:
            return
        self.refusal = asyncio.create_task(self._refused()(self.scope, self.receive, self.send))
        self.handler.cancel()

    def _refused(self) -> Response:
        if self.waiting_for_body:
            return problem(408, "The request body did not arrive in time.", {"Connection": "close"})
        record_reason(self.scope, "no answer by the deadline")
        return problem(503, "The request took too long.", {"Retry-After": "2"})

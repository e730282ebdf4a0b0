"""The limits of every request: the size of its body, and the time until its response begins."""

import asyncio
import logging
from dataclasses import dataclass
from typing import cast

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from {{ package }}.api.middleware import current_request_id, record_reason
from {{ package }}.api.problems import problem

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """Gives the application the whole body or, when it is larger than `max_bytes`, a 413 and nothing of the body."""

    app: ASGIApp
    max_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_all() -> Message:
            body = bytearray()
            while True:
                message = await receive()
                body += cast("bytes", message.get("body", b""))
                if len(body) > self.max_bytes:
                    raise HTTPException(413)
                if not message.get("more_body"):
                    return {**message, "body": bytes(body)}

        await self.app(scope, receive_all, send)


@dataclass(frozen=True, slots=True)
class Deadline:
    """Responds for a handler: 503 or 408 when no response has begun after `seconds`, 500 when it fails first.

    The response does not wait for a handler that ignores being cancelled. The access line does.
    """

    app: ASGIApp
    seconds: float

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        handler = cast("asyncio.Task[object]", asyncio.current_task())
        request = _TimedRequest(scope, receive, send, handler)
        timer = asyncio.get_running_loop().call_later(self.seconds, request.expire)
        try:
            await self.app(scope, request.receive_body, request.send_response)
        except asyncio.CancelledError:
            if request.rejection is None or handler.uncancel():
                raise  # the server cancelled the request
        except Exception:  # Starlette's own handler runs outside all middleware
            if request.responding:
                raise
            _logger.exception("unhandled error")
            await problem(500, request_id=current_request_id())(scope, receive, request.send_response)
        finally:
            timer.cancel()
            if request.rejection is not None:
                await request.rejection


@dataclass(slots=True)
class _TimedRequest:
    scope: Scope
    receive: Receive
    send: Send
    handler: asyncio.Task[object]
    responding: bool = False
    body_due: bool = False
    body_complete: bool = False
    rejection: asyncio.Task[None] | None = None

    async def receive_body(self) -> Message:
        self.body_due = not self.body_complete
        message = await self.receive()
        self.body_complete = not message.get("more_body")
        self.body_due = False
        return message

    async def send_response(self, message: Message) -> None:
        """Send for the handler, unless the request has been rejected."""
        if self.rejection is None:
            self.responding = True
            await self.send(message)

    def expire(self) -> None:
        """Reject the request in a task of its own and cancel the handler, unless its response has begun."""
        if self.responding:
            return
        if self.body_due:
            response = problem(408, "The request body did not arrive in time.", {"Connection": "close"})
        else:
            record_reason(self.scope, "no response by the deadline")
            response = problem(503, "The request took too long.", {"Retry-After": "2"})
        self.rejection = asyncio.create_task(response(self.scope, self.receive, self.send))
        self.handler.cancel()

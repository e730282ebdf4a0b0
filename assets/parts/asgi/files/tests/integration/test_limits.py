import asyncio
import logging
from contextlib import suppress
from typing import cast
from unittest.mock import AsyncMock

import pytest
from msgspec import structs
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from {{ package }}.api.limits import BodyLimit, Deadline
from {{ package }}.api.middleware import UnhandledErrors
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import AppSettings, Settings

from tests.fixtures.access_lines import access_lines
from tests.fixtures.example import METHOD, PATH
from tests.fixtures.routes import add_route

SCOPE: Scope = {"type": "http", "method": "POST", "raw_path": b"/", "headers": []}
DONE = PlainTextResponse("done")


async def never() -> Message:
    await asyncio.Event().wait()
    return {}


def sending(*chunks: tuple[bytes, bool]) -> Receive:
    """Return a client that sends these parts of a body, then nothing."""
    messages = iter([{"type": "http.request", "body": body, "more_body": more} for body, more in chunks])

    async def receive() -> Message:
        return next(messages, None) or await never()

    return receive


def test_a_body_that_is_too_large_gets_413(client: TestClient, settings: Settings) -> None:
    response = client.request(METHOD, PATH, content=b"x" * (settings.app.max_body_bytes + 1))

    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_handler_gets_all_of_a_body_or_nothing() -> None:
    received: list[Message] = []

    async def keeps(_scope: Scope, receive: Receive, _send: Send) -> None:
        received.append(await receive())

    await BodyLimit(keeps, 100)(SCOPE, sending((b"x" * 60, True), (b"y" * 40, False)), AsyncMock())
    with pytest.raises(HTTPException):
        await BodyLimit(keeps, 100)(SCOPE, sending((b"x" * 60, True), (b"y" * 41, True)), AsyncMock())

    assert [message["body"] for message in received] == [b"x" * 60 + b"y" * 40]


async def response_of(app: ASGIApp, receive: Receive = never, seconds: float = 0) -> tuple[int, bytes]:
    """Return the status and the body of the one response that is sent."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await Deadline(UnhandledErrors(app), seconds)(SCOPE, receive, send)
    start, body = sent
    return cast("int", start["status"]), cast("bytes", body["body"])


async def hangs(_scope: Scope, _receive: Receive, _send: Send) -> None:
    await never()


async def reads(_scope: Scope, receive: Receive, _send: Send) -> None:
    while True:
        await receive()


async def fails_when_cancelled(_scope: Scope, _receive: Receive, _send: Send) -> None:
    try:
        await never()
    finally:
        raise ZeroDivisionError


async def responds_when_cancelled(scope: Scope, receive: Receive, send: Send) -> None:
    with suppress(asyncio.CancelledError):
        await never()
    await DONE(scope, receive, send)


def woken(seconds: float) -> ASGIApp:
    """Return a handler that is woken in the turn of the event loop in which its deadline expires."""

    async def wakes(scope: Scope, receive: Receive, send: Send) -> None:
        woken_up = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds, woken_up.set)
        await woken_up.wait()
        await DONE(scope, receive, send)

    return wakes


# With a delay below zero the handler's wake-up is in the queue before the deadline, and so before the 503.
SLOW = {
    "hangs": (hangs, never, 503),
    "fails when it is cancelled": (fails_when_cancelled, never, 503),
    "responds when it is cancelled": (responds_when_cancelled, never, 503),
    "is woken before the deadline": (woken(-1), never, 503),
    "is woken at the deadline": (woken(0), never, 503),
    "gets no body": (reads, never, 408),
    "gets part of a body": (reads, sending((b"x", True)), 408),
    "gets a whole body": (reads, sending((b"x", True), (b"y", False)), 503),
}


@pytest.mark.parametrize(("app", "receive", "expected"), SLOW.values(), ids=SLOW)
async def test_at_the_deadline_a_slow_handler_gets_503_and_a_slow_body_408(
    app: ASGIApp, receive: Receive, expected: int
) -> None:
    status, body = await response_of(app, receive)

    assert status == expected
    assert f'"status":{expected}'.encode() in body


def test_the_503_of_the_service_is_like_every_response(caplog: pytest.LogCaptureFixture, settings: Settings) -> None:
    async def route(_request: Request) -> Response:
        await never()
        return DONE

    caplog.set_level(logging.INFO)
    application = build_application(structs.replace(settings, app=AppSettings(request_timeout_seconds=0.01)))
    with TestClient(application) as client:
        add_route(client, "/hangs", route)
        response = client.get("/hangs")

    (line,) = access_lines(caplog)
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert response.headers.keys() >= {"x-request-id", "x-content-type-options"}
    assert (line["status"], line["reason"]) == (503, "no response by the deadline")


async def test_a_handler_that_ignores_being_cancelled_does_not_hold_up_the_response() -> None:
    released = asyncio.Event()
    sent: asyncio.Queue[Message] = asyncio.Queue()

    async def stuck(scope: Scope, receive: Receive, send: Send) -> None:
        while not released.is_set():
            with suppress(asyncio.CancelledError):
                await released.wait()
        await DONE(scope, receive, send)

    serving = asyncio.create_task(Deadline(stuck, 0)(SCOPE, never, sent.put))
    async with asyncio.timeout(5):
        start, _ = await sent.get(), await sent.get()
    released.set()
    await serving

    assert start["status"] == 503
    assert sent.empty(), "what the handler sends later is dropped"


async def test_a_response_that_has_begun_may_take_longer() -> None:
    async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.03)
        await send({"type": "http.response.body", "body": b"done"})

    assert await response_of(slow, seconds=0.01) == (200, b"done")


async def test_a_request_that_the_server_cancels_is_cancelled() -> None:
    serving = asyncio.create_task(response_of(hangs, seconds=60))
    await asyncio.sleep(0)

    serving.cancel()

    with pytest.raises(asyncio.CancelledError):
        await serving

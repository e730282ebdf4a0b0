import asyncio
from contextlib import suppress
from typing import cast
from unittest.mock import AsyncMock

import pytest
from msgspec import structs
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from {{ package }}.api.limits import BodyLimit, Deadline
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import AppSettings, Settings

from tests.fixtures.access_lines import access_lines
from tests.fixtures.example import METHOD, PATH

SCOPE: Scope = {"type": "http", "method": "POST", "raw_path": b"/", "headers": []}
DONE = PlainTextResponse("done")
PART: Message = {"type": "http.request", "body": b"x", "more_body": True}
LAST_PART: Message = {**PART, "more_body": False}


async def never() -> Message:
    await asyncio.Event().wait()
    return {}


def sending(*messages: Message) -> Receive:
    """Return a client that sends these parts of a body, and then nothing."""
    left = iter(messages)

    async def receive() -> Message:
        return next(left, None) or await never()

    return receive


def test_a_body_that_is_too_large_gets_413(client: TestClient, settings: Settings) -> None:
    response = client.request(METHOD, PATH, content=b"x" * (settings.app.max_body_bytes + 1))

    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_handler_gets_all_of_a_body_or_nothing() -> None:
    received: list[Message] = []

    async def keeps(_scope: Scope, receive: Receive, _send: Send) -> None:
        received.append(await receive())

    await BodyLimit(keeps, 2)(SCOPE, sending(PART, LAST_PART), AsyncMock())
    with pytest.raises(HTTPException):
        await BodyLimit(keeps, 1)(SCOPE, sending(PART, LAST_PART), AsyncMock())

    assert [message["body"] for message in received] == [b"xx"]


async def response_of(app: ASGIApp, receive: Receive = never, seconds: float = 0) -> tuple[int, bytes]:
    """Return the status and the body of the one response that is sent."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await Deadline(app, seconds)(SCOPE, receive, send)
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


async def is_woken(scope: Scope, receive: Receive, send: Send) -> None:
    """Put the handler's wake-up into the queue of the event loop before the deadline, and so before the 503."""
    woken = asyncio.Event()
    asyncio.get_running_loop().call_later(-1, woken.set)
    await woken.wait()
    await DONE(scope, receive, send)


SLOW = {
    "fails when it is cancelled": (fails_when_cancelled, never, 503),
    "is woken at the deadline": (is_woken, never, 503),
    "gets part of a body": (reads, sending(PART), 408),
    "gets a whole body": (reads, sending(PART, LAST_PART), 503),
}


@pytest.mark.parametrize(("app", "receive", "expected"), SLOW.values(), ids=SLOW)
async def test_at_the_deadline_a_slow_handler_gets_503_and_a_slow_body_408(
    app: ASGIApp, receive: Receive, expected: int
) -> None:
    status, body = await response_of(app, receive)

    assert status == expected
    assert f'"status":{expected}'.encode() in body


def test_the_503_of_the_service_is_like_every_response(caplog: pytest.LogCaptureFixture, settings: Settings) -> None:
    application = build_application(structs.replace(settings, app=AppSettings(request_timeout_seconds=0.01)))
    application.mount("/hangs", hangs)
    with TestClient(application) as client:
        response = client.get("/hangs/")

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


async def test_a_failure_after_a_response_has_begun_is_up_to_the_server() -> None:
    async def fails(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await response_of(fails, seconds=60)


async def test_a_request_that_the_server_cancels_is_cancelled() -> None:
    serving = asyncio.create_task(response_of(hangs, seconds=60))
    await asyncio.sleep(0)

    serving.cancel()

    with pytest.raises(asyncio.CancelledError):
        await serving

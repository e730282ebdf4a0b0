import asyncio
import logging
from contextlib import suppress
from typing import cast
from unittest.mock import AsyncMock

import msgspec
import pytest
from msgspec import structs
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from {{ package }}.api.limits import BodyLimit, Deadline
from {{ package }}.api.middleware import UnhandledErrors
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import AppSettings, Settings
from tests.fixtures.access_lines import access_lines
from tests.fixtures.routes import mount

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


class Reader:
    """A handler that receives one message."""

    def __init__(self) -> None:
        self.received: list[Message] = []

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        self.received.append(await receive())


async def test_a_body_within_the_limit_arrives_whole() -> None:
    reader = Reader()

    await BodyLimit(reader, 100)(SCOPE, sending((b"x" * 60, True), (b"y" * 40, False)), AsyncMock())

    assert reader.received == [{"type": "http.request", "body": b"x" * 60 + b"y" * 40, "more_body": False}]


async def test_a_handler_gets_nothing_of_a_body_that_turns_out_too_large() -> None:
    reader = Reader()

    with pytest.raises(HTTPException) as raised:
        await BodyLimit(reader, 100)(SCOPE, sending((b"x" * 60, True), (b"y" * 41, True)), AsyncMock())

    assert raised.value.status_code == 413
    assert reader.received == []


async def test_a_body_with_too_large_a_content_length_is_not_read() -> None:
    receive, send = AsyncMock(), AsyncMock()

    await BodyLimit(Reader(), 100)({**SCOPE, "headers": [(b"content-length", b"101")]}, receive, send)

    assert receive.await_count == 0
    assert send.await_args_list[0].args[0]["status"] == 413


def test_the_service_rejects_a_body_that_is_too_large(client: TestClient, settings: Settings) -> None:
    mount(client, "/reads", Reader())
    too_large = b"x" * settings.app.max_body_bytes

    for content in (too_large + b"x", iter([too_large, b"x"])):
        response = client.post("/reads/", content=content)
        assert response.status_code == 413
        assert response.headers["content-type"] == "application/problem+json"


async def response_of(app: ASGIApp, receive: Receive = never, seconds: float = 0) -> tuple[Message, bytes]:
    """Return the start and the body of the one response that is sent."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await Deadline(UnhandledErrors(app), seconds)(SCOPE, receive, send)
    start, body = sent
    return start, cast("bytes", body["body"])


async def hangs(_scope: Scope, _receive: Receive, _send: Send) -> None:
    await never()


async def fails_when_cancelled(scope: Scope, receive: Receive, send: Send) -> None:
    try:
        await hangs(scope, receive, send)
    finally:
        raise ZeroDivisionError


async def responds_when_cancelled(scope: Scope, receive: Receive, send: Send) -> None:
    with suppress(asyncio.CancelledError):
        await hangs(scope, receive, send)
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
@pytest.mark.parametrize(
    "app",
    [hangs, fails_when_cancelled, responds_when_cancelled, woken(-1), woken(0)],
    ids=["hangs", "fails", "responds", "woken before", "woken after"],
)
async def test_at_the_deadline_one_complete_503_is_sent_whatever_the_handler_does(app: ASGIApp) -> None:
    start, body = await response_of(app)

    assert start["status"] == 503
    assert b"too long" in body


def test_the_503_of_the_service_is_like_every_response(caplog: pytest.LogCaptureFixture, settings: Settings) -> None:
    caplog.set_level(logging.INFO)
    application = build_application(structs.replace(settings, app=AppSettings(request_timeout_seconds=0.01)))
    with TestClient(application) as client:
        mount(client, "/hangs", hangs)
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

    serving = asyncio.create_task(Deadline(stuck, 0.01)(SCOPE, never, sent.put))

    try:
        async with asyncio.timeout(5):
            start = await sent.get()
            await sent.get()
        assert not serving.done(), "the handler still hangs"
    finally:
        released.set()
        await serving

    assert start["status"] == 503
    assert sent.empty(), "what the handler sends later is dropped"


async def test_a_response_that_has_begun_may_take_longer() -> None:
    async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.03)
        await send({"type": "http.response.body", "body": b"done"})

    start, body = await response_of(slow, seconds=0.01)

    assert (start["status"], body) == (200, b"done")


async def test_a_request_that_the_server_cancels_is_cancelled() -> None:
    serving = asyncio.create_task(response_of(hangs, seconds=60))
    await asyncio.sleep(0)

    serving.cancel()

    with pytest.raises(asyncio.CancelledError):
        await serving


async def reads_and_waits(_scope: Scope, receive: Receive, _send: Send) -> None:
    while True:
        await receive()


@pytest.mark.parametrize(
    ("receive", "status"),
    [(sending(), 408), (sending((b"x", True)), 408), (sending((b"x", True), (b"y", False)), 503)],
    ids=["no body", "part of a body", "a whole body"],
)
async def test_a_slow_upload_gets_408_and_a_slow_handler_503(receive: Receive, status: int) -> None:
    start, body = await response_of(reads_and_waits, receive, 0.01)

    assert start["status"] == status
    assert msgspec.json.decode(body, type=dict[str, object])["status"] == status

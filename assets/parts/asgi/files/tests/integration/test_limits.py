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
    future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    return await future


def arriving(*chunks: tuple[bytes, bool]) -> Receive:
    """Return a caller that sends these pieces of a body, then nothing."""
    messages = iter([{"type": "http.request", "body": body, "more_body": more} for body, more in chunks])

    async def receive() -> Message:
        return next(messages, None) or await never()

    return receive


class Keeping:
    """A handler that keeps what it receives."""

    def __init__(self) -> None:
        self.received: list[Message] = []

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        self.received.append(await receive())


async def test_a_body_within_the_limit_arrives_whole() -> None:
    handler = Keeping()

    await BodyLimit(handler, 100)(SCOPE, arriving((b"x" * 60, True), (b"y" * 40, False)), AsyncMock())

    assert handler.received == [{"type": "http.request", "body": b"x" * 60 + b"y" * 40, "more_body": False}]


async def test_a_handler_gets_nothing_of_a_body_that_turns_out_too_large() -> None:
    handler = Keeping()

    with pytest.raises(HTTPException) as refusal:
        await BodyLimit(handler, 100)(SCOPE, arriving((b"x" * 60, True), (b"y" * 41, True)), AsyncMock())

    assert refusal.value.status_code == 413
    assert handler.received == []


async def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    receive, send = AsyncMock(), AsyncMock()

    await BodyLimit(Keeping(), 100)({**SCOPE, "headers": [(b"content-length", b"101")]}, receive, send)

    assert receive.await_count == 0
    assert send.await_args_list[0].args[0]["status"] == 413


def test_the_service_refuses_a_body_that_is_too_large(client: TestClient, settings: Settings) -> None:
    mount(client, "/reads", Keeping())
    too_large = b"x" * settings.app.max_body_bytes
    for content in (too_large + b"x", iter([too_large, b"x"])):
        response = client.post("/reads/", content=content)
        assert response.status_code == 413
        assert response.headers["content-type"] == "application/problem+json"


async def answered(app: ASGIApp, receive: Receive = never, seconds: float = 0) -> tuple[Message, bytes]:
    """Return the start and the body of the one answer that is sent in front of a handler."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await Deadline(UnhandledErrors(app), seconds)(SCOPE, receive, send)
    start, body = sent
    return start, cast("bytes", body["body"])


async def hangs(_scope: Scope, _receive: Receive, _send: Send) -> None:
    await never()


async def breaks_when_cancelled(scope: Scope, receive: Receive, send: Send) -> None:
    try:
        await hangs(scope, receive, send)
    finally:
        _ = 1 // 0


async def answers_when_cancelled(scope: Scope, receive: Receive, send: Send) -> None:
    with suppress(asyncio.CancelledError):
        await hangs(scope, receive, send)
    await DONE(scope, receive, send)


def woken(seconds: float) -> ASGIApp:
    """Return a handler that is woken in the turn of the event loop in which its deadline is over."""

    async def wakes(scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        loop.call_later(seconds, _wake, future)
        await future
        await DONE(scope, receive, send)

    return wakes


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


# With a delay below zero the handler's wake-up is in the queue before the deadline, and so before the 503.
@pytest.mark.parametrize("app", [hangs, breaks_when_cancelled, answers_when_cancelled, woken(-1), woken(0)], ids=["hangs", "breaks", "answers", "woken before", "woken after"])
async def test_whatever_the_handler_does_at_the_deadline_one_whole_503_is_sent(app: ASGIApp) -> None:
    start, body = await answered(app)

    assert start["status"] == 503
    assert b"too long" in body


def test_the_503_of_the_service_has_what_every_answer_has(
    caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    caplog.set_level(logging.INFO)
    application = build_application(structs.replace(settings, app=AppSettings(request_timeout_seconds=0.01)))
    with TestClient(application) as client:
        mount(client, "/hangs", hangs)
        response = client.get("/hangs/")

    (line,) = access_lines(caplog)
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert response.headers.keys() >= {"x-request-id", "x-content-type-options"}
    assert (line["status"], line["reason"]) == (503, "no response by the deadline")


async def test_a_handler_that_ignores_being_cancelled_does_not_hold_up_the_answer() -> None:
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
    assert sent.empty(), "what the handler says later goes nowhere"


async def test_an_answer_that_has_begun_may_take_its_time() -> None:
    async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.03)
        await send({"type": "http.response.body", "body": b"done"})

    start, body = await answered(slow, seconds=0.01)

    assert (start["status"], body) == (200, b"done")


async def test_a_request_that_the_server_cancels_is_cancelled() -> None:
    serving = asyncio.create_task(answered(hangs, seconds=60))
    await asyncio.sleep(0)

    serving.cancel()

    with pytest.raises(asyncio.CancelledError):
        await serving


async def reads_and_waits(_scope: Scope, receive: Receive, _send: Send) -> None:
    while True:
        await receive()


@pytest.mark.parametrize(
    ("receive", "status"),
    [
        (arriving(), 408),
        (arriving((b"x", True)), 408),
        (arriving((b"x", True), (b"y", False)), 503),
    ],
    ids=["no body", "part of a body", "a whole body"],
)
async def test_a_slow_upload_is_told_from_a_slow_handler(receive: Receive, status: int) -> None:
    start, body = await answered(reads_and_waits, receive, 0.01)

    assert start["status"] == status
    assert msgspec.json.decode(body, type=dict[str, object])["status"] == status

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import cast

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from {{ package }}.api.middleware import RequestMiddleware
from {{ package }}.infrastructure.config import Settings
from tests.fixtures.{{ noun }}_json import SENT

SCOPE: Scope = {"type": "http", "method": "GET", "raw_path": b"/", "headers": []}


def no_log(*_: object) -> None:
    """Say nothing."""


async def reading(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def limited() -> Iterator[TestClient]:
    app = Starlette(routes=[Route("/reading", reading, methods=["POST"])])
    with TestClient(RequestMiddleware(app, no_log, 100, 10)) as client:
        yield client


async def nothing() -> Message:
    return {"type": "http.disconnect"}


async def test_a_handler_that_ignores_being_cancelled_does_not_hold_up_the_answer() -> None:
    released = asyncio.Event()
    sent: asyncio.Queue[Message] = asyncio.Queue()

    async def stuck(_scope: Scope, _receive: Receive, send: Send) -> None:
        while not released.is_set():
            with suppress(asyncio.CancelledError):
                _ = await released.wait()
        await PlainTextResponse("late")({"type": "http"}, nothing, send)

    limited = RequestMiddleware(stuck, no_log, 100, 0.01)
    serving = asyncio.create_task(limited(SCOPE, nothing, sent.put))

    try:
        async with asyncio.timeout(5):
            start = await sent.get()
            body = await sent.get()
        assert not serving.done(), "the handler still hangs"
    finally:
        released.set()
        await serving

    assert start["status"] == 503
    assert b"too long" in cast("bytes", body["body"])
    assert sent.empty(), "what the handler says later goes nowhere"


async def test_an_answer_that_has_begun_may_take_its_time() -> None:
    sent: asyncio.Queue[Message] = asyncio.Queue()

    async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.03)
        await send({"type": "http.response.body", "body": b"done"})

    await RequestMiddleware(slow, no_log, 100, 0.01)(SCOPE, nothing, sent.put)

    assert (await sent.get())["status"] == 200
    assert (await sent.get())["body"] == b"done"
    assert sent.empty()


def test_a_body_within_the_limit_arrives_whole(limited: TestClient) -> None:
    assert limited.post("/reading", content=b"x" * 100).text == "100"


def test_a_body_that_says_it_is_too_large_is_not_read(limited: TestClient) -> None:
    response = limited.post("/reading", content=b"x" * 101)

    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


def test_a_body_that_does_not_say_is_read_up_to_the_limit(limited: TestClient) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while read < 1_000:
            read += 50
            yield b"x" * 50

    assert limited.post("/reading", content=endless()).status_code == 413


def test_the_service_itself_refuses_a_body_that_is_too_large(client: TestClient, settings: Settings) -> None:
    response = client.post("/{{ slug }}", json={**SENT, "more": "x" * settings.app.max_body_bytes})

    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


def test_a_valid_request_id_is_kept(client: TestClient) -> None:
    assert client.get("/healthz", headers={"x-request-id": "abc-1234.x_Y"}).headers["x-request-id"] == "abc-1234.x_Y"


@pytest.mark.parametrize("unfit", ["short", "has space in it", "x" * 65, "new\\line-1"])
def test_an_unfit_request_id_is_replaced(client: TestClient, unfit: str) -> None:
    given = client.get("/healthz", headers={"x-request-id": unfit}).headers["x-request-id"]

    assert given != unfit
    assert len(given) == 32


def test_every_request_has_an_id_of_its_own(client: TestClient) -> None:
    assert len({client.get("/healthz").headers["x-request-id"] for _ in range(10)}) == 10


def test_a_request_leaves_one_line_without_its_query(capsys: pytest.CaptureFixture[str], client: TestClient) -> None:
    response = client.get("/nowhere?token=secret")
    _ = client.get("/healthz")  # by now the line is written: it is at the end of its turn of the event loop

    lines = [line for line in capsys.readouterr().out.splitlines() if response.headers["x-request-id"] in line]
    assert len(lines) == 1
    assert "/nowhere" in lines[0]
    assert "404" in lines[0]
    assert "secret" not in lines[0]

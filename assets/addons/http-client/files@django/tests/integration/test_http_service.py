"""What another service can do to this one, played by a real server, and what the domain gets to know of it."""

import asyncio
import gzip
import socket
import traceback
from asyncio import StreamReader, StreamWriter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from time import monotonic, sleep
from types import NoneType
from typing import cast
import pytest
from msgspec import Struct
from {{ package }}.domain.errors import Unavailable, UnusableAnswer
from {{ package }}.infrastructure import look_up, outages
from {{ package }}.infrastructure.clients.http import HttpService, MAX_BYTES, RefusedError, open_service
from tests.fixtures.background import Background
from tests.fixtures.client import TestClient
from tests.fixtures.routes import add_error
from tests.fixtures.wire import document
from tests.fixtures.faulty_server import PATIENCE, FaultyServer, Play, after, cuts_off, is_silent, resets, says, sends, streams


class Planet(Struct, frozen=True):
    name: str
    moons: int


MARS = {"name": "Mars", "moons": 2}
FOUND = Planet("Mars", 2)
UNREADABLE: dict[str, Play] = {
    "another document": says({"name": "secret", "moons": "secret"}),
    "nested without end": sends(b'{"more": ' + b"[" * 100_000),
    "nothing": sends(b"", 204),
    "endless": streams(b" " * 4096),
    "a decompression bomb": sends(gzip.compress(b" " * (MAX_BYTES + 1)), Content_Encoding="gzip"),
    "not gzip": sends(b"not gzip at all", Content_Encoding="gzip"),
    "a redirect": sends(b"", 302, Location="http://169.254.169.254/"),
    "401": says({}, 401),
    "a refusal without a meaning": says({}, 422),
}


async def drips_headers(writer: StreamWriter) -> None:
    """Send a header now and then, and never a status that is complete."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X: x\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


def opened(server: FaultyServer, *, timeout: float = PATIENCE, concurrency: int = 4) -> HttpService:
    url = f"http://127.0.0.1:{server.port}/v2"
    return open_service("planets", url, lambda: "an-id", timeout_seconds=timeout, concurrency=concurrency)


@pytest.fixture
def service(remote: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> HttpService:
    """Open a service. It uses no proxy of the environment."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "socks://127.0.0.1:9")
    remote.will(says(MARS))
    return opened(remote)


def get(service: HttpService, *refusals: int) -> Planet:
    return service.call("GET", "planets/4", Planet, refusals=refusals)


def post(service: HttpService, *, repeatable: bool = False) -> Planet:
    return service.call("POST", "planets", Planet, MARS, repeatable=repeatable)


def test_a_call_carries_its_document_and_the_request_id(service: HttpService, remote: FaultyServer) -> None:
    assert post(service) == FOUND

    heard = remote.heard[0]
    assert (heard.method, heard.path, heard.body) == ("POST", "/v2/planets", b'{"name":"Mars","moons":2}')
    assert heard.headers["content-type"] == heard.headers["accept"] == "application/json"
    assert heard.headers["x-request-id"] == "an-id"


def test_connections_are_kept_and_cookies_are_not(service: HttpService, remote: FaultyServer) -> None:
    remote.will(says(MARS, Set_Cookie="session=of-one-caller"))

    for _ in range(3):
        assert get(service) == FOUND

    assert remote.connections == 1
    assert [heard.headers.get("cookie") for heard in remote.heard] == [None] * 3


def test_the_proxy_that_is_set_is_used(remote: FaultyServer) -> None:
    remote.will(says(MARS))
    proxy = f"http://127.0.0.1:{remote.port}"

    service = open_service("planets", "http://planets.example", lambda: None, proxy=proxy)
    assert get(service) == FOUND

    assert remote.heard[0].path == "http://planets.example/planets/4"


@pytest.mark.parametrize("status", [408, 425, 429, 502, 503, 504])
def test_an_answer_that_may_pass_is_asked_for_again(service: HttpService, remote: FaultyServer, status: int) -> None:
    remote.will(says({}, status), says({}, status, Retry_After="tomorrow"), says(MARS))

    assert get(service) == FOUND


@pytest.mark.parametrize("play", [resets, cuts_off])
def test_so_it_is_after_half_an_answer_unless_that_could_do_something_twice(service: HttpService, remote: FaultyServer, play: Play) -> None:
    remote.will(play, says(MARS))
    assert get(service) == FOUND

    remote.will(play, says(MARS))
    with pytest.raises(Unavailable, match="no complete answer"):
        post(service)

    remote.will(play, says(MARS))
    assert post(service, repeatable=True) == FOUND


def test_a_call_that_never_arrived_is_repeated_whatever_it_does(background: Background) -> None:
    accepted: list[StreamWriter] = []

    def hang_up(_reader: StreamReader, writer: StreamWriter) -> None:
        accepted.append(writer)
        writer.close()

    server = background(asyncio.start_server(hang_up, "127.0.0.1", 0))
    port = cast("tuple[str, int]", server.sockets[0].getsockname())[1]
    service = open_service("planets", f"https://127.0.0.1:{port}", lambda: None)
    with pytest.raises(Unavailable, match="cannot be reached"):
        post(service)

    background.loop.call_soon_threadsafe(server.close)
    assert len(accepted) == 3


@pytest.mark.parametrize(("status", "attempts"), [(503, 3), (500, 1)])
def test_after_the_last_attempt_the_service_is_unavailable(service: HttpService, remote: FaultyServer, status: int, attempts: int) -> None:
    remote.will(says({}, status))

    with pytest.raises(Unavailable, match=f"planets: answered {status}") as raised:
        get(service)

    assert not isinstance(raised.value, UnusableAnswer)
    assert len(remote.heard) == attempts


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_refusal_is_no_outage(service: HttpService, remote: FaultyServer, status: int) -> None:
    remote.will(sends(b"<html>", status))

    with pytest.raises(RefusedError) as raised:
        get(service, status)

    assert raised.value.status == status
    assert service.check() == "ok"


@pytest.mark.parametrize("play", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_used_is_asked_for_once_and_not_repeated_in_errors(service: HttpService, remote: FaultyServer, play: Play) -> None:
    remote.will(play)

    with pytest.raises(UnusableAnswer) as raised:
        get(service)

    assert len(remote.heard) == 1
    assert "secret" not in "".join(traceback.format_exception(raised.value))


def test_clients_get_a_502_that_does_not_ask_them_to_try_again(client: TestClient) -> None:
    add_error("/unusable", UnusableAnswer("atlas", "answered 403"))

    response = client.get("/unusable")

    assert response.status_code == 502
    assert str(document(response)["type"]).endswith(":unusable-answer")
    assert "retry-after" not in response.headers


def test_what_is_as_large_as_allowed_or_compressed_is_read(service: HttpService, remote: FaultyServer) -> None:
    document = b'{"name": "Mars", "moons": 2}'.ljust(MAX_BYTES)
    remote.will(sends(document), sends(gzip.compress(document), Content_Encoding="gzip"))

    assert get(service) == get(service) == FOUND


def test_an_answer_without_content_is_null(service: HttpService, remote: FaultyServer) -> None:
    remote.will(sends(b"", 204))

    assert service.call("DELETE", "planets/4", NoneType) is None


def test_the_wait_that_is_asked_for_is_kept(service: HttpService, remote: FaultyServer) -> None:
    remote.will(says({}, 503, Retry_After="1"), says(MARS))
    began = monotonic()

    assert get(service) == FOUND
    assert monotonic() - began >= 1.0


@pytest.mark.parametrize(("text", "wait"), [("3600", 3600), ("9" * 400, 86_400)], ids=["an hour", "for ever"])
def test_one_beyond_the_deadline_ends_the_call_and_is_passed_on(service: HttpService, remote: FaultyServer, text: str, wait: int) -> None:
    remote.will(says({}, 429, Retry_After=text))

    with pytest.raises(Unavailable) as raised:
        get(service)

    assert (raised.value.retry_after, len(remote.heard)) == (wait, 1)


@pytest.mark.parametrize("play", [is_silent, streams(b" ", pause=0.01), drips_headers])
def test_a_call_ends_with_its_deadline_whatever_comes_meanwhile(remote: FaultyServer, play: Play) -> None:
    remote.will(play)

    with pytest.raises(Unavailable):
        get(opened(remote, timeout=0.2))


def test_a_call_ends_with_its_deadline_though_nobody_finds_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()

    def never(*_: object, **_options: object) -> list[object]:
        over.wait()
        return []

    monkeypatch.setattr(look_up, "SECONDS", 3600.0)
    monkeypatch.setattr(look_up, "getaddrinfo", never)
    service = open_service("planets", "http://planets.example", lambda: None, timeout_seconds=0.2)

    with pytest.raises(Unavailable):
        get(service)

    over.set()


def test_a_call_ends_with_its_deadline_however_slowly_its_body_is_read() -> None:
    def read_slowly(listener: socket.socket) -> None:
        connection = listener.accept()[0]
        with connection, suppress(ConnectionResetError):
            while connection.recv(65_536):
                sleep(0.01)

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as threads:
        threads.submit(read_slowly, listener)
        port = cast("tuple[str, int]", listener.getsockname())[1]
        service = open_service("planets", f"http://127.0.0.1:{port}", lambda: None, timeout_seconds=0.4)

        with pytest.raises(Unavailable, match="in time"):
            service.call("POST", "planets", Planet, "x" * 50_000_000)


def test_connections_are_bounded_and_the_next_call_waits_for_one(remote: FaultyServer, background: Background) -> None:
    go_on = asyncio.Event()
    remote.will(after(go_on, says(MARS)))
    service = opened(remote, concurrency=2)
    with ThreadPoolExecutor() as threads:
        calls = [threads.submit(get, service) for _ in range(6)]
        background(remote.has_heard(2))
        assert remote.connections == 2
        background.loop.call_soon_threadsafe(go_on.set)

        assert [call.result() for call in calls] == [FOUND] * 6
        assert remote.connections == 2


def test_an_outage_is_two_lines_in_the_log_and_a_remark_while_it_lasts(service: HttpService, remote: FaultyServer, caplog: pytest.LogCaptureFixture) -> None:
    remote.will(says({}, 500))
    for _ in range(3):
        with pytest.raises(Unavailable):
            get(service)
    assert service.check() == "degraded: answered 500"

    remote.will(says({}, 422))
    with pytest.raises(UnusableAnswer):
        get(service)
    assert service.check() == "degraded: answered 422"

    remote.will(says({}, 404), says(MARS))
    with pytest.raises(RefusedError):
        get(service, 404)
    assert service.check() == "ok", "a refusal is an answer"
    get(service)

    logged = [record.getMessage() for record in caplog.records if record.name == outages.__name__]
    assert logged == ["planets unavailable: answered 500", "planets is back"]

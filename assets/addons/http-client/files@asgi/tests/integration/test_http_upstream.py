"""What another service can do to this one, done by a real server, and what of it the domain gets to know."""

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic
import pytest
from msgspec import Struct, structs
from {{ package }}.domain.errors import Malformed, Unavailable
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.clients.http import MOST_BYTES, HttpUpstream, open_upstream, path_segment
from {{ package }}.infrastructure.clients.url import UpstreamUrl
from {{ package }}.infrastructure.config import {{ Upstream }}Settings
from tests.fixtures.upstream import ENTRY, IN_TIME, FaultyServer, Play, is_silent, mumbles, never_ends, promises, resets, says, sends, waits

ID = "a-request-id"
PAUSE = "{{ package }}.infrastructure.clients.http.pause_after"
HTML = "text/html"
ANOTHER = "answered with another document than is expected"
NO_WHOLE_ANSWER: dict[str, Play] = {
    "reset": resets,
    "silent": is_silent,
    "not HTTP": mumbles,
    "cut off": promises(1000, b'{"reference"'),
}
UNSURE = {**NO_WHOLE_ANSWER, "429": says({}, 429), "503": says({}, 503)}
MALFORMED: dict[str, tuple[Play, str]] = {
    "half a document": (sends(b"{"), ANOTHER),
    "not UTF-8": (sends(b'{"reference": "\xff"}'), ANOTHER),
    "a wrong type": (says({"reference": "a-1", "amount": {"secret": 1}}), ANOTHER),
    "another document": (says([]), ANOTHER),
    "nested without end": (sends(b'{"more": ' + b"[" * 100_000), ANOTHER),
    "nothing": (sends(b"", 204), ANOTHER),
    "a page": (sends(b"<html>", Content_Type=HTML), "answered with something that is not JSON"),
    "too much": (sends(b"x" * (MOST_BYTES + 1)), f"answered with something of more than {MOST_BYTES} bytes"),
    "no end": (never_ends(b"x" * 65_536), f"answered with something of more than {MOST_BYTES} bytes"),
    "compressed": (sends(b"\x1f\x8b", Content_Encoding="gzip"), "answered with something compressed"),
    "a redirect": (sends(b"", 302, Location="http://169.254.169.254/"), "answered 302"),
}
LEAKY: dict[str, Play] = {
    "reset": resets,
    "500": says({"amount": "secret"}, 500),
    "another document": sends(b'"secret"'),
    "a wrong type": says({"reference": "a-1", "amount": {"secret": 1}}),
    "no document": sends(b"secret"),
}


class Entry(Struct, frozen=True):
    reference: str
    amount: str


FOUND: Ok[Entry] = Ok(Entry("a-1", "12.50"))


def opened(settings: {{ Upstream }}Settings) -> AbstractAsyncContextManager[HttpUpstream]:
    return open_upstream("example service", settings, lambda: ID, {{ slot("upstream.nobody") }})


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    def pause(_attempt: int, wish: float) -> float:
        return wish

    monkeypatch.setattr(PAUSE, pause)


@pytest.fixture
async def service(upstream_settings: {{ Upstream }}Settings) -> AsyncGenerator[HttpUpstream]:
    async with opened(upstream_settings) as service:
        yield service


async def get(service: HttpUpstream) -> Result[Entry, int]:
    return await service.ask("GET", "entries/a-1", Entry)


async def post(service: HttpUpstream) -> Result[Entry, int]:
    return await service.ask("POST", "entries", Entry, ENTRY)


async def failure(service: HttpUpstream) -> Unavailable:
    async with asyncio.timeout(IN_TIME):
        with pytest.raises(Unavailable) as raised:
            await get(service)
    assert raised.value.dependency == "example service"
    return raised.value


async def test_it_is_asked_with_all_that_belongs_to_it(service: HttpUpstream, upstream: FaultyServer) -> None:
    assert await post(service) == FOUND

    heard = upstream.heard[0]
    assert (heard.method, heard.path, heard.body) == ("POST", "/v2/entries", b'{"reference":"a-1","amount":"12.50"}')
    assert heard.headers["x-request-id"] == ID
    assert heard.headers["content-type"] == heard.headers["accept"] == "application/json"
    assert heard.headers["accept-encoding"] == "identity"


async def test_connections_are_kept_and_cookies_are_not(service: HttpUpstream, upstream: FaultyServer) -> None:
    upstream.will(says(ENTRY, Set_Cookie="session=one-callers"))

    for _ in range(3):
        assert await get(service) == FOUND

    assert upstream.connections == 1
    assert [heard.headers.get("cookie") for heard in upstream.heard] == [None] * 3


async def test_what_the_environment_says_of_proxies_and_passwords_changes_nothing(upstream_settings: {{ Upstream }}Settings, upstream: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async with opened(upstream_settings) as service:
        assert await get(service) == FOUND

    assert "authorization" not in upstream.heard[0].headers


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_an_answer_that_may_pass_is_asked_for_again(service: HttpUpstream, upstream: FaultyServer, status: int) -> None:
    upstream.will(says({}, status), says({}, status), says(ENTRY))

    assert await get(service) == FOUND
    assert len(upstream.heard) == 3


@pytest.mark.parametrize("trouble", NO_WHOLE_ANSWER.values(), ids=NO_WHOLE_ANSWER)
async def test_so_it_is_when_there_was_no_whole_answer(service: HttpUpstream, upstream: FaultyServer, trouble: Play) -> None:
    upstream.will(trouble, trouble, says(ENTRY))

    assert await get(service) == FOUND
    assert len(upstream.heard) == 3


@pytest.mark.parametrize("trouble", UNSURE.values(), ids=UNSURE)
async def test_what_may_have_been_carried_out_is_not_sent_again(service: HttpUpstream, upstream: FaultyServer, trouble: Play) -> None:
    upstream.will(trouble, says(ENTRY))

    with pytest.raises(Unavailable):
        await post(service)

    assert len(upstream.heard) == 1


async def test_unless_that_is_known_to_be_harmless(service: HttpUpstream, upstream: FaultyServer) -> None:
    upstream.will(resets, says(ENTRY))

    assert await service.ask("POST", "entries", Entry, ENTRY, harmless=True) == FOUND
    assert [heard.body for heard in upstream.heard] == [b'{"reference":"a-1","amount":"12.50"}'] * 2


async def test_what_cannot_have_arrived_is_sent_again(upstream_settings: {{ Upstream }}Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    server, starting = FaultyServer(), list[asyncio.Task[None]]()
    url = UpstreamUrl.parse(f"http://127.0.0.1:{server.port}")

    def pause(_attempt: int, _wish: float) -> float:
        server.socket.listen()
        starting.append(asyncio.create_task(server.listen()))
        return 0

    monkeypatch.setattr(PAUSE, pause)
    async with opened(structs.replace(upstream_settings, url=url, read_timeout=IN_TIME)) as service:
        assert await post(service) == FOUND

    assert len(starting) == len(server.heard) == 1
    await server.close()


async def test_after_the_last_attempt_it_is_unavailable(service: HttpUpstream, upstream: FaultyServer) -> None:
    upstream.will(says({}, 503))

    assert (await failure(service)).reason == "answered 503"
    assert len(upstream.heard) == 3


@pytest.mark.parametrize(("play", "reason"), MALFORMED.values(), ids=MALFORMED)
async def test_what_cannot_be_understood_is_malformed_and_not_asked_for_again(service: HttpUpstream, upstream: FaultyServer, play: Play, reason: str) -> None:
    upstream.will(play)

    malformed = await failure(service)

    assert isinstance(malformed, Malformed)
    assert malformed.reason.startswith(reason)
    assert len(upstream.heard) == 1


async def test_an_answer_as_large_as_is_allowed_is_read(service: HttpUpstream, upstream: FaultyServer) -> None:
    upstream.will(sends(b'{"reference":"a-1","amount":"12.50"}'.ljust(MOST_BYTES)))

    assert await get(service) == FOUND


@pytest.mark.parametrize("status", [400, 404, 409, 410, 422, 451])
async def test_what_is_turned_down_is_no_outage(service: HttpUpstream, upstream: FaultyServer, status: int) -> None:
    upstream.will(sends(b"no", status, Content_Type=HTML))

    assert await get(service) == Err(status)
    assert len(upstream.heard) == 1
    assert await service.check() == "ok"


@pytest.mark.parametrize("status", [401, 403, 407, 501, 505])
async def test_what_no_caller_can_help_is_unavailable_at_once(service: HttpUpstream, upstream: FaultyServer, status: int) -> None:
    upstream.will(says({}, status))

    unavailable = await failure(service)

    assert not isinstance(unavailable, Malformed)
    assert unavailable.reason == f"answered {status}"
    assert len({heard.path for heard in upstream.heard}) == 1


async def test_a_wish_to_be_left_alone_is_respected(patient_settings: {{ Upstream }}Settings, upstream: FaultyServer) -> None:
    upstream.will(says({}, 503, Retry_After="1"), says(ENTRY))
    began = monotonic()

    async with opened(patient_settings) as service:
        assert await get(service) == FOUND

    assert monotonic() - began >= 1.0


def in_an_hour() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize("wish", ["3600", in_an_hour()])
async def test_one_beyond_the_deadline_is_passed_on_at_once(patient_settings: {{ Upstream }}Settings, upstream: FaultyServer, wish: str) -> None:
    upstream.will(says({}, 429, Retry_After=wish))
    began = monotonic()

    async with opened(patient_settings) as service:
        unavailable = await failure(service)

    assert 3000 < unavailable.retry_after <= 3600
    assert monotonic() - began < patient_settings.timeout / 2
    assert len(upstream.heard) == 1


@pytest.mark.parametrize("play", [is_silent, never_ends(b" ", pause=0.02)], ids=["silent", "slow"])
async def test_all_of_a_call_has_one_deadline(patient_settings: {{ Upstream }}Settings, upstream: FaultyServer, play: Play) -> None:
    upstream.will(play)
    began = monotonic()

    async with opened(structs.replace(patient_settings, timeout=0.2)) as service:
        assert (await failure(service)).reason == "does not answer in time"

    assert monotonic() - began < IN_TIME / 2
    await asyncio.wait_for(upstream.hung_up.wait(), IN_TIME)


async def test_repeating_ends_with_the_deadline_too(patient_settings: {{ Upstream }}Settings, upstream: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def pause(_attempt: int, _wish: float) -> float:
        return 0.01

    monkeypatch.setattr(PAUSE, pause)
    upstream.will(says({}, 500))
    began = monotonic()

    async with opened(structs.replace(patient_settings, attempts=1_000_000, timeout=0.2)) as service:
        await failure(service)

    assert monotonic() - began < IN_TIME / 2
    assert len(upstream.heard) > 1


async def test_a_server_that_is_away_is_unavailable(service: HttpUpstream, upstream: FaultyServer) -> None:
    await upstream.close()

    assert (await failure(service)).reason.startswith("cannot be connected to")


async def test_calls_at_one_time_are_bounded_and_who_waits_too_long_hears_of_it(patient_settings: {{ Upstream }}Settings, upstream: FaultyServer) -> None:
    go_on = asyncio.Event()
    upstream.will(waits(go_on, then=says(ENTRY)))

    async with opened(structs.replace(patient_settings, pool_timeout=0.1)) as service:
        served = [asyncio.create_task(get(service)) for _ in range(patient_settings.concurrency)]
        await upstream.is_busy_with(patient_settings.concurrency)
        turned_away = [await failure(service) for _ in range(3)]
        go_on.set()
        found = await asyncio.gather(*served)

    assert {unavailable.reason for unavailable in turned_away} == {"is asked too much at once"}
    assert found == [FOUND] * 4
    assert upstream.most_at_once == len(upstream.heard) == 4


async def test_calls_that_are_cancelled_leave_their_places_to_others(patient_settings: {{ Upstream }}Settings, upstream: FaultyServer) -> None:
    upstream.will(is_silent)
    async with asyncio.timeout(IN_TIME), opened(patient_settings) as service:
        calls = [asyncio.create_task(get(service)) for _ in range(20)]
        await upstream.is_busy_with(patient_settings.concurrency)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        upstream.will(says(ENTRY))

        assert await asyncio.gather(*(get(service) for _ in range(4))) == [FOUND] * 4

    assert upstream.most_at_once == 4


async def test_trouble_is_one_line_and_a_remark_until_it_is_over(service: HttpUpstream, upstream: FaultyServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "{{ package }}")
    upstream.will(says({}, 500))
    for _ in range(3):
        await failure(service)
    assert await service.check() == "degraded: answered 500"

    upstream.will(says(ENTRY))
    await get(service)
    await get(service)

    assert await service.check() == "ok"
    assert [record.getMessage() for record in caplog.records] == [
        "another service is degraded",
        "another service works again",
    ]


@pytest.mark.parametrize("play", LEAKY.values(), ids=LEAKY)
async def test_nothing_of_the_library_or_of_an_answer_leaks_into_a_failure(service: HttpUpstream, upstream: FaultyServer, play: Play) -> None:
    upstream.will(play)

    unavailable = await failure(service)

    shown = "".join(traceback.format_exception(unavailable))
    assert unavailable.__cause__ is unavailable.__context__ is None
    assert "httpx2" not in shown.replace("test_http_upstream", "")
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("a-1", "a-1"),
        ("a/b", "a%2Fb"),
        ("ü ?#%", "%C3%BC%20%3F%23%25"),
        ("...", "..."),
        ("", None),
        (".", None),
        ("..", None),
    ],
)
def test_a_segment_stays_one(text: str, segment: str | None) -> None:
    assert path_segment(text) == segment

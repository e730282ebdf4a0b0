"""URLs of strangers, fetched from a real server that stands where nobody may be sent."""

import asyncio
import gzip
import socket
import ssl
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, final
import pytest
import trustme
from msgspec import structs
from {{ package }}.domain.fetching import Fetched, FetchFailed
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure import look_up, outgoing
from {{ package }}.infrastructure.config import FetchSettings, load_section
from {{ package }}.infrastructure.environment import SettingsError
from {{ package }}.infrastructure.fetch import guarded_fetch
from {{ package }}.infrastructure.fetch.guarded_fetch import CONCURRENCY, open_guarded_fetch
from tests.fixtures.background import Background
from tests.fixtures.faulty_server import PATIENCE, FaultyServer, Play, after, cuts_off, is_silent, sends, streams

MAX_BYTES: Final = 10_000
NOT_TO_BE_HAD: dict[str, tuple[Play, FetchFailed]] = {
    "endless": (streams(b"x" * 4096), guarded_fetch.TOO_LARGE),
    "a decompression bomb": (sends(gzip.compress(b"x" * 10_000_000), Content_Encoding="gzip"), guarded_fetch.TOO_LARGE),
    "cut off": (cuts_off, guarded_fetch.BROKEN),
    "not gzip": (sends(b"not gzip at all", Content_Encoding="gzip"), guarded_fetch.BROKEN),
}
NO_URLS = [
    "", "shop.example", "http:///path", "ftp://shop.example/", "file:///etc/passwd", "http://user:password@shop.example/",
    "http://shop.example\\@127.0.0.1/", "http://shop.example/\r\nHost: other", "http://[::1/", "http://shop.example:80:80/",
    "http://\ud800.example/", "http://shop.example/\ud800", "http://\u2460\u2461\u2466.0.0.1/",
]  # fmt: skip
INSIDE = [
    "http://127.0.0.1./", "http://[::1]/", "http://169.254.169.254/latest/meta-data", "http://2130706433/",
    "http://0x7f000001/", "http://127.1/", "http://localhost/", "http://[fe80::1%25eth0]/",
]  # fmt: skip


@final
class Names:
    """Stands in for the system's look-up, which looks for the name slow until the test ends."""

    def __init__(self) -> None:
        self.addresses: dict[str, list[str]] = {"shop": ["127.0.0.1"], "inside": ["127.0.0.2"]}
        self.asked: list[str] = []
        self.begun: threading.Semaphore = threading.Semaphore(0)
        self.end: threading.Event = threading.Event()

    def __call__(self, name: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        self.asked.append(name)
        if name == "slow":
            self.begun.release()
            self.end.wait(PATIENCE)
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        if name not in self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        return [(0, 0, 0, "", (address, port)) for address in self.addresses[name]]

    def have_begun(self, count: int) -> None:
        """Wait until so many slow look-ups have begun."""
        for _ in range(count):
            assert self.begun.acquire(timeout=PATIENCE)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    """Take one address of this machine for a public one."""
    names = Names()
    monkeypatch.setattr(look_up, "getaddrinfo", names)
    monkeypatch.setattr(guarded_fetch, "is_public", "127.0.0.1".__eq__)
    yield names
    names.end.set()


@pytest.fixture
def shop(names: Names, remote: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of the server, whose port is allowed."""
    monkeypatch.setattr(guarded_fetch, "_PORTS", {"http": remote.port, "https": 443})
    assert names
    return f"http://shop:{remote.port}"


def get(url: str, **settings: float) -> Result[Fetched, FetchFailed]:
    chosen = structs.replace(FetchSettings(timeout=PATIENCE, max_bytes=MAX_BYTES), **settings)
    return open_guarded_fetch(chosen).get(url)


def test_a_page_is_fetched_from_the_address_that_was_checked_by_its_name_and_not_by_a_proxy(shop: str, names: Names, remote: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "socks://127.0.0.1:9")
    remote.will(sends(gzip.compress(b"hello"), Content_Type="text/plain", Content_Encoding="gzip"))

    assert get(f"{shop}/a?b=c#d") == Ok(Fetched(f"{shop}/a?b=c", 200, "text/plain", b"hello"))
    assert names.asked == ["shop"], "a name server may answer the second question otherwise"
    heard = remote.heard[0]
    assert (heard.method, heard.path, heard.headers["host"]) == ("GET", "/a?b=c", shop.removeprefix("http://"))
    assert heard.headers.keys() == {"host", "accept", "accept-encoding", "connection", "user-agent"}


@pytest.mark.parametrize(
    ("url", "failed"),
    [
        *((url, guarded_fetch.NO_URL) for url in NO_URLS),
        *((url, guarded_fetch.NOWHERE) for url in INSIDE),
        *((f"http://shop.example:{port}/", guarded_fetch.NO_PORT) for port in (22, 6379, 8000, 99999)),
    ],
    ids=ascii,
)
def test_nobody_is_sent_into_this_network_or_to_anything_but_the_web(url: str, failed: FetchFailed) -> None:
    assert get(url) == Err(failed)


@pytest.mark.parametrize("addresses", [["127.0.0.2"], ["127.0.0.1", "127.0.0.2"], ["127.0.0.2", "127.0.0.1"]])
def test_one_address_that_is_not_public_spoils_a_name(shop: str, names: Names, remote: FaultyServer, addresses: list[str]) -> None:
    names.addresses["shop"] = addresses

    assert get(shop) == Err(guarded_fetch.NOWHERE)
    assert remote.connections == 0


def test_a_url_is_checked_without_asking_for_it(shop: str, remote: FaultyServer) -> None:
    fetcher = open_guarded_fetch(FetchSettings())

    assert fetcher.check(shop) == Ok(None)
    assert fetcher.check(shop.replace("shop", "inside")) == Err(guarded_fetch.NOWHERE)
    assert fetcher.check(shop.replace("shop", "nobody")) == Err(guarded_fetch.NOWHERE)
    assert fetcher.check("http://\ud800/") == Err(guarded_fetch.NO_URL)
    assert remote.connections == 0


def test_the_next_address_is_tried_when_one_does_not_answer(shop: str, names: Names, remote: FaultyServer, background: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_fetch, "is_public", bool)
    names.addresses["shop"] = ["127.0.0.3", "127.0.0.1"]
    remote.will(sends(b"here"))

    assert isinstance(get(shop), Ok)
    background(remote.close())
    assert get(shop) == Err(guarded_fetch.NOT_CONNECTED)


def test_a_redirect_is_followed_without_what_the_first_answer_set(shop: str, names: Names, remote: FaultyServer) -> None:
    remote.will(sends(b"", 302, Location="/b", Set_Cookie="a=b"), sends(b"there", 203))

    assert get(f"{shop}/a") == Ok(Fetched(f"{shop}/b", 203, "", b"there", redirected=True))
    assert names.asked == ["shop", "shop"]
    assert "cookie" not in remote.heard[1].headers


@pytest.mark.parametrize(
    ("location", "failed"),
    [
        ("http://inside:{port}/", guarded_fetch.NOWHERE),
        ("//127.0.0.2:{port}/", guarded_fetch.NOWHERE),
        ("file:///etc/passwd", guarded_fetch.NO_URL),
    ],
)
def test_a_redirect_leads_nowhere_that_the_first_url_could_not(shop: str, remote: FaultyServer, location: str, failed: FetchFailed) -> None:
    remote.will(sends(b"", 307, Location=location.format(port=remote.port)), sends(b"secret"))

    assert get(shop) == Err(failed)
    assert len(remote.heard) == 1


def test_redirects_come_to_an_end(shop: str, remote: FaultyServer) -> None:
    remote.will(sends(b"", 302, Location="/"))

    assert get(shop, max_redirects=2) == Err(guarded_fetch.TOO_MANY_REDIRECTS)
    assert len(remote.heard) == 3


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (429, False), (503, False)])
def test_an_error_is_said_with_where_it_was_after_redirects(shop: str, remote: FaultyServer, status: int, *, permanent: bool) -> None:
    remote.will(sends(b"", 302, Location="/b"), sends(b"", status))

    failed = FetchFailed(f"answered {status}", permanent=permanent, status=status, url=f"{shop}/b")
    assert get(f"{shop}/a") == Err(failed)


@pytest.mark.parametrize(("play", "failed"), NOT_TO_BE_HAD.values(), ids=NOT_TO_BE_HAD)
def test_what_cannot_be_had_is_said_with_whether_that_may_pass(shop: str, remote: FaultyServer, play: Play, failed: FetchFailed) -> None:
    remote.will(play)

    assert get(shop) == Err(failed)


def test_all_of_it_is_over_in_time(shop: str, remote: FaultyServer) -> None:
    for play in (is_silent, streams(b" ", pause=0.01)):
        remote.will(play)
        assert get(shop, timeout=0.1) == Err(guarded_fetch.TOO_SLOW)

    assert get(shop.replace("shop", "slow"), timeout=0.1) == Err(guarded_fetch.TOO_SLOW)


def test_slow_look_ups_hold_up_nobody_until_they_are_too_many(shop: str, names: Names, remote: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_up, "SECONDS", PATIENCE)
    slow = shop.replace("shop", "slow")
    remote.will(sends(b"here"))

    fetcher = open_guarded_fetch(FetchSettings(timeout=PATIENCE))

    with ThreadPoolExecutor(100) as threads:
        waiting = [threads.submit(fetcher.get, slow) for _ in range(99)]
        names.have_begun(99)
        assert isinstance(fetcher.get(shop), Ok)
        waiting.append(threads.submit(fetcher.get, slow))
        names.have_begun(1)
        assert fetcher.get(shop) == Err(guarded_fetch.NOT_LOOKED_UP)
        names.end.set()
        assert {fetching.result() for fetching in waiting} == {Err(guarded_fetch.NOT_LOOKED_UP)}


def test_only_so_many_are_fetched_at_one_time(shop: str, remote: FaultyServer, background: Background) -> None:
    go_on = asyncio.Event()
    remote.will(after(go_on, sends(b"here")))
    fetcher = open_guarded_fetch(FetchSettings(timeout=PATIENCE))

    with ThreadPoolExecutor(3 * CONCURRENCY) as threads:
        fetching = [threads.submit(fetcher.get, shop) for _ in range(3 * CONCURRENCY)]
        background(remote.has_heard(CONCURRENCY))
        assert remote.connections == CONCURRENCY
        background.loop.call_soon_threadsafe(go_on.set)

        assert all(isinstance(one.result(), Ok) for one in fetching)


def test_what_is_allowed_in_development_is_that_host_and_port_and_nothing_else(remote: FaultyServer) -> None:
    remote.will(sends(b"here"))
    fetcher = open_guarded_fetch(FetchSettings(allow=f"localhost:{remote.port},[::1]:9000", timeout=PATIENCE))

    assert isinstance(fetcher.get(f"http://localhost:{remote.port}/"), Ok)
    assert fetcher.check("http://[::1]:9000/") == Ok(None)
    assert fetcher.check(f"http://127.0.0.1:{remote.port}/") == Err(guarded_fetch.NO_PORT)
    assert fetcher.check("http://localhost/") == Err(guarded_fetch.NOWHERE)


def test_production_allows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("FETCH_ALLOW", "localhost:9000")

    with pytest.raises(SettingsError, match="FETCH_ALLOW"):
        load_section(FetchSettings)


@pytest.fixture
def secure(names: Names, remote: FaultyServer, background: Background, monkeypatch: pytest.MonkeyPatch) -> Generator[FaultyServer]:
    """Run a server with a certificate for shop.example, from an authority that is trusted."""
    authority = trustme.CA()
    served, trusted = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    with authority.issue_cert("shop.example").private_key_and_cert_chain_pem.tempfile() as path:
        served.load_cert_chain(path)
    trusted.load_verify_locations(cadata=authority.cert_pem.bytes().decode())
    monkeypatch.setattr(outgoing, "authorities", lambda: trusted)
    names.addresses |= {name: ["127.0.0.1"] for name in ("shop.example", "other.example", "127.0.0.1")}
    secure = FaultyServer(served)
    background(secure.__aenter__())
    monkeypatch.setattr(guarded_fetch, "_PORTS", {"http": remote.port, "https": secure.port})
    secure.will(sends(b"here"))
    yield secure
    background(secure.close())


def test_a_certificate_has_to_be_for_the_name(secure: FaultyServer) -> None:
    assert isinstance(get(f"https://shop.example:{secure.port}/"), Ok)
    for host in ("other.example", "127.0.0.1"):
        assert get(f"https://{host}:{secure.port}/") == Err(guarded_fetch.NOT_CONNECTED)

    assert [heard.headers["host"] for heard in secure.heard] == [f"shop.example:{secure.port}"]


def test_a_connection_made_for_one_name_is_not_used_for_another(secure: FaultyServer) -> None:
    secure.will(sends(b"", 302, Location=f"https://other.example:{secure.port}/"))

    assert get(f"https://shop.example:{secure.port}/") == Err(guarded_fetch.NOT_CONNECTED)
    assert len(secure.heard) == 1


def test_a_redirect_does_not_lead_out_of_encryption(secure: FaultyServer, remote: FaultyServer) -> None:
    secure.will(sends(b"", 302, Location=f"http://shop:{remote.port}/"))

    assert get(f"https://shop.example:{secure.port}/") == Err(guarded_fetch.UNENCRYPTED)
    assert remote.connections == 0

"""URLs of strangers, fetched from a real server that stands where nobody may be sent."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncGenerator, Sequence
from socket import gaierror
from ssl import SSLContext
import pytest
import trustme
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.clients import guarded_fetch
from {{ package }}.infrastructure.clients.guarded_fetch import CONCURRENCY, MOST_BYTES, MOST_REDIRECTS, Fetched, GuardedFetch, open_guarded_fetch
from tests.fixtures.upstream import IN_TIME, FaultyServer, Play, is_silent, mumbles, never_ends, promises, resets, sends, waits

NOWHERE = Err("is nowhere that can be reached from here")

NOT_TO_BE_HAD: dict[str, tuple[Play, str]] = {
    "404": (sends(b"", 404), "answered 404"),
    "204": (sends(b"", 204), "answered 204"),
    "too much": (sends(b"x" * (MOST_BYTES + 1)), f"is of more than {MOST_BYTES} bytes"),
    "no end": (never_ends(b"x" * 65_536), f"is of more than {MOST_BYTES} bytes"),
    "compressed": (sends(gzip.compress(b"0" * 100_000), Content_Encoding="gzip"), "is compressed"),
    "reset": (resets, "does not answer as it should"),
    "not HTTP": (mumbles, "does not answer as it should"),
    "cut off": (promises(1000, b"x"), "does not answer as it should"),
}
SLOW: dict[str, Play] = {
    "silent": is_silent,
    "slow": never_ends(b"x", pause=0.02),
    "redirects": sends(b"", 302, Location="/"),
}


class Names:
    """Looks names up in a table, and counts."""

    def __init__(self, **names: Sequence[str]) -> None:
        self.names: dict[str, Sequence[str]] = dict(names)
        self.asked: list[str] = []

    async def __call__(self, name: str, _port: int) -> Sequence[str]:
        self.asked.append(name)
        return self.names.get(name, [])


@pytest.fixture
def names() -> Names:
    return Names(shop=["127.0.0.1"], inside=["127.0.0.2"])


@pytest.fixture
def fetch(names: Names, upstream: FaultyServer) -> GuardedFetch:
    """Take one address and one port of this machine for the internet."""
    return GuardedFetch(names, permitted=lambda address: address == "127.0.0.1", ports={upstream.port})


@pytest.fixture
def shop(upstream: FaultyServer) -> str:
    return f"http://shop:{upstream.port}"


async def get(fetch: GuardedFetch, url: str) -> Result[Fetched, str]:
    async with asyncio.timeout(IN_TIME):
        return await fetch.get(url)


async def test_a_page_is_fetched_from_the_address_that_was_checked_and_asked_by_its_name(fetch: GuardedFetch, names: Names, shop: str, upstream: FaultyServer) -> None:
    upstream.will(sends(b"hello", Content_Type="text/plain"))

    assert await get(fetch, f"{shop}/a?b=c#d") == Ok(Fetched(f"{shop}/a?b=c", "text/plain", b"hello"))
    assert names.asked == ["shop"], "who is asked twice may answer otherwise"
    heard = upstream.heard[0]
    assert (heard.method, heard.path, heard.headers["host"]) == ("GET", "/a?b=c", f"shop:{upstream.port}")
    assert heard.headers.keys() == {"host", "accept", "accept-encoding", "connection", "user-agent"}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.1", "localhost."])
async def test_nobody_is_sent_to_this_machine(upstream: FaultyServer, host: str) -> None:
    async with open_guarded_fetch() as fetch:
        assert await get(fetch, f"http://{host}:{upstream.port}/") == Err("has a scheme or a port that is not allowed")
        assert await get(fetch, f"http://{host}/") == NOWHERE

    assert upstream.connections == 0


async def test_what_the_system_looks_up_is_checked(upstream: FaultyServer) -> None:
    async with open_guarded_fetch() as real:
        fetch = GuardedFetch(real.resolve, ports={upstream.port})

        assert await get(fetch, f"http://localhost:{upstream.port}/") == NOWHERE

    assert upstream.connections == 0


@pytest.mark.parametrize("addresses", [["127.0.0.2"], ["127.0.0.1", "127.0.0.2"], ["127.0.0.2", "127.0.0.1"], []])
async def test_one_address_that_is_not_permitted_spoils_a_name(fetch: GuardedFetch, names: Names, shop: str, upstream: FaultyServer, addresses: list[str]) -> None:
    names.names["shop"] = addresses

    assert await get(fetch, shop) == NOWHERE
    assert upstream.connections == 0


async def test_a_name_that_nobody_knows_is_nowhere() -> None:
    async def unknown(_name: str, _port: int) -> Sequence[str]:
        raise gaierror

    assert await get(GuardedFetch(unknown), "http://shop/") == NOWHERE


async def test_of_several_addresses_the_next_one_is_tried(names: Names, shop: str, upstream: FaultyServer) -> None:
    names.names["shop"] = ["127.0.0.3", "127.0.0.1"]
    fetch = GuardedFetch(names, permitted=lambda _: True, ports={upstream.port})

    assert isinstance(await get(fetch, shop), Ok)


async def test_a_redirect_is_followed_without_what_the_first_answer_set(fetch: GuardedFetch, names: Names, shop: str, upstream: FaultyServer) -> None:
    upstream.will(sends(b"", 302, Location="/b", Set_Cookie="a=b"), sends(b"there"))

    assert await get(fetch, f"{shop}/a") == Ok(Fetched(f"{shop}/b", "application/json", b"there"))
    assert names.asked == ["shop", "shop"]
    assert "cookie" not in upstream.heard[1].headers


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://inside:{port}/", "is nowhere that can be reached from here"),
        ("//inside:{port}/", "is nowhere that can be reached from here"),
        ("http://127.0.0.2:{port}/", "is nowhere that can be reached from here"),
        ("http://shop:22/", "has a scheme or a port that is not allowed"),
        ("file:///etc/passwd", "has a scheme or a port that is not allowed"),
        ("http://user:password@shop:{port}/", "names no host"),
        ("http://[::1", "redirects to no URL"),
    ],
)
async def test_a_redirect_leads_nowhere_that_the_first_url_could_not(fetch: GuardedFetch, shop: str, upstream: FaultyServer, location: str, reason: str) -> None:
    upstream.will(sends(b"", 307, Location=location.format(port=upstream.port)), sends(b"secret"))

    assert await get(fetch, shop) == Err(reason)
    assert len(upstream.heard) == 1


async def test_redirects_come_to_an_end(fetch: GuardedFetch, shop: str, upstream: FaultyServer) -> None:
    upstream.will(sends(b"", 302, Location="/"))

    assert await get(fetch, shop) == Err("redirects too often")
    assert len(upstream.heard) == MOST_REDIRECTS + 1


@pytest.mark.parametrize(("play", "reason"), NOT_TO_BE_HAD.values(), ids=NOT_TO_BE_HAD)
async def test_what_cannot_be_had_is_said_in_a_few_words(fetch: GuardedFetch, shop: str, upstream: FaultyServer, play: Play, reason: str) -> None:
    upstream.will(play)

    assert await get(fetch, shop) == Err(reason)


@pytest.mark.parametrize("play", SLOW.values(), ids=SLOW)
async def test_all_of_it_is_over_in_time(fetch: GuardedFetch, shop: str, upstream: FaultyServer, monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    monkeypatch.setattr(guarded_fetch, "SECONDS", 0.1)
    monkeypatch.setattr(guarded_fetch, "MOST_REDIRECTS", 1_000_000)
    upstream.will(play)

    assert await get(fetch, shop) == Err("takes too long")


async def test_a_name_that_is_looked_up_for_ever_is_given_up(fetch: GuardedFetch, shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(_name: str, _port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(guarded_fetch, "SECONDS", 0.1)
    fetch = GuardedFetch(hangs, ports=fetch.ports)

    assert await get(fetch, shop) == Err("takes too long")


async def test_only_so_many_are_fetched_at_one_time(fetch: GuardedFetch, shop: str, upstream: FaultyServer) -> None:
    go_on = asyncio.Event()
    upstream.will(waits(go_on, then=sends(b"here")))

    fetching = [asyncio.create_task(get(fetch, shop)) for _ in range(3 * CONCURRENCY)]
    await upstream.is_busy_with(CONCURRENCY)
    go_on.set()
    found = await asyncio.gather(*fetching)

    assert all(isinstance(one, Ok) for one in found)
    assert upstream.most_at_once == CONCURRENCY


async def test_no_proxy_of_the_environment_is_used(fetch: GuardedFetch, shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert isinstance(await get(fetch, shop), Ok)


class Tls:
    """A certificate of an authority of its own, and the names that were asked for while connections were made."""

    def __init__(self, *identities: str) -> None:
        authority = trustme.CA()
        self.context: SSLContext = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        with authority.issue_cert(*identities).private_key_and_cert_chain_pem.tempfile() as path:
            self.context.load_cert_chain(path)
        self.context.sni_callback = self._asked
        self.trusted: SSLContext = ssl.create_default_context()
        self.trusted.load_verify_locations(cadata=authority.cert_pem.bytes().decode())
        self.asked: list[str] = []

    def _asked(self, _connection: object, name: str, _context: object) -> None:
        self.asked.append(name)


@pytest.fixture
def tls() -> Tls:
    return Tls("shop.example")


@pytest.fixture
async def secure(tls: Tls) -> AsyncGenerator[FaultyServer]:
    server = FaultyServer()
    await server.listen(tls.context)
    yield server
    await server.close()


@pytest.fixture
def secure_fetch(names: Names, secure: FaultyServer, upstream: FaultyServer, tls: Tls) -> GuardedFetch:
    for name in ("shop.example", "other.example", "127.0.0.1"):
        names.names[name] = ["127.0.0.1"]
    return GuardedFetch(names, permitted=lambda _: True, ports={secure.port, upstream.port}, tls=lambda: tls.trusted)


async def test_a_certificate_has_to_be_for_the_name_although_the_connection_goes_to_an_address(secure_fetch: GuardedFetch, secure: FaultyServer, tls: Tls) -> None:
    assert isinstance(await get(secure_fetch, f"https://shop.example:{secure.port}/"), Ok)
    for host in ("other.example", "127.0.0.1"):
        assert await get(secure_fetch, f"https://{host}:{secure.port}/") == Err("cannot be connected to")

    assert tls.asked[:2] == ["shop.example", "other.example"]
    assert [heard.headers["host"] for heard in secure.heard] == [f"shop.example:{secure.port}"]


async def test_a_connection_made_for_one_name_is_not_used_for_another(secure_fetch: GuardedFetch, secure: FaultyServer) -> None:
    secure.will(sends(b"", 302, Location=f"https://other.example:{secure.port}/"))

    assert await get(secure_fetch, f"https://shop.example:{secure.port}/") == Err("cannot be connected to")
    assert len(secure.heard) == 1


async def test_a_certificate_of_nobody_known_is_refused(secure_fetch: GuardedFetch, secure: FaultyServer, tls: Tls) -> None:
    tls.trusted = ssl.create_default_context()

    assert await get(secure_fetch, f"https://shop.example:{secure.port}/") == Err("cannot be connected to")
    assert secure.heard == []


async def test_a_redirect_does_not_lead_out_of_encryption(secure_fetch: GuardedFetch, secure: FaultyServer, upstream: FaultyServer) -> None:
    secure.will(sends(b"", 302, Location=f"http://shop:{upstream.port}/"))

    assert await get(secure_fetch, f"https://shop.example:{secure.port}/") == Err("redirects to what is not encrypted")
    assert upstream.heard == []

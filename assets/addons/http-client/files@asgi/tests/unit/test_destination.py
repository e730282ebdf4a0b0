import pytest

from {{ package }}.domain.result import Err, Ok
from {{ package }}.infrastructure.clients.destination import Destination, read_destination

PORTS = {80, 443}
REFUSED = [
    "",
    "shop.example",
    "//shop.example/",
    "http:shop.example",
    "http:///path",
    "https://",
    "ftp://shop.example/",
    "file:///etc/passwd",
    "gopher://shop.example/",
    "javascript:alert(1)",
    "http://shop.example:22/",
    "http://shop.example:6379/",
    "http://shop.example:0/",
    "http://shop.example:99999/",
    "http://shop.example:80:80/",
    "http://user@shop.example/",
    "http://user:password@shop.example/",
    "http://127.0.0.1%2f@shop.example/",
    "http://shop.example\\@127.0.0.1/",
    "http://shop.example /",
    "http://shop.exa\tmple/",
    "http://shop.example/\r\nHost: other",
    "http://shop.example\x00/",
    "http://exam%70le.com/",
    "http://-shop.example/",
    "http://shop..example/",
    "http://shop.example../",
    "http://" + "a" * 64 + ".example/",
    "http://" + "a." * 130 + "example/",
    "http://shop.example/" + "a" * 2048,
    "http://2130706433/",
    "http://017700000001/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.0.0x1/",
    "http://1.2.3.4.5/",
    "http://999.1.1.1/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://\u2460\u2461\u2466.0.0.1/",
    "http://[::1/",
    "http://[fe80::1%25eth0]/",
    "http://[::1]x/",
]


def read(text: str) -> Destination:
    match read_destination(text, PORTS):
        case Ok(destination):
            return destination
        case Err(reason):
            pytest.fail(reason)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_plainly_a_page_of_the_web_is_refused(text: str) -> None:
    assert isinstance(read_destination(text, PORTS), Err)


@pytest.mark.parametrize(
    ("text", "name", "port", "host_header"),
    [
        ("http://shop.example", "shop.example", 80, "shop.example"),
        ("HTTPS://SHOP.EXAMPLE/A?b=c#d", "shop.example", 443, "shop.example"),
        ("https://shop.example:443/", "shop.example", 443, "shop.example"),
        ("http://shop.example:443/", "shop.example", 443, "shop.example:443"),
        ("http://shop.example./", "shop.example", 80, "shop.example"),
        ("http://bücher.example/", "xn--bcher-kva.example", 80, "xn--bcher-kva.example"),
        ("http://shop。example/", "shop.example", 80, "shop.example"),
        ("http://localhost/", "localhost", 80, "localhost"),
        ("http://127.0.0.1/", "127.0.0.1", 80, "127.0.0.1"),
        ("http://127.0.0.1./", "127.0.0.1", 80, "127.0.0.1"),
        ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1", 80, "[::ffff:127.0.0.1]"),
    ],
)
def test_a_page_is_read_as_the_one_who_connects_will_have_it(text: str, name: str, port: int, host_header: str) -> None:
    destination = read(text)

    assert (destination.name, destination.port, destination.host_header) == (name, port, host_header)


def test_only_the_host_is_replaced_by_an_address() -> None:
    destination = read("https://shop.example:443/a/b?c=d#e")

    assert str(destination.at("192.0.2.1")) == "https://192.0.2.1/a/b?c=d"
    assert str(destination.at("2001:db8::1")) == "https://[2001:db8::1]/a/b?c=d"

"""What a URL from a stranger names, read once and by one parser, so that nobody reads it otherwise later."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from httpx2 import URL, InvalidURL
from {{ package }}.domain.result import Err, Ok, Result

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MOST_CHARACTERS: Final = 2048
_READ_TWO_WAYS: Final = re.compile(r"[\s\\\x00-\x20\x7f]")
_NAME: Final = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# A name that ends so is a number to those who look it up, octal and hexadecimal included (WHATWG URL, 3.5).
_ENDS_IN_NUMBER: Final = re.compile(r"(^|.*\.)([0-9]+|0x[0-9a-f]*)")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to, without user and fragment; `name` is a host or an address, without a dot at its end."""

    url: URL
    name: str
    port: int

    @property
    def host_header(self) -> str:
        """What the other side is called, with the port where it is not the usual one."""
        host = f"[{self.name}]" if ":" in self.name else self.name
        return host if self.url.port is None else f"{host}:{self.port}"

    def at(self, address: str) -> URL:
        """Return the URL with an address in place of the name."""
        return self.url.copy_with(host=address)


def read_destination(text: str, ports: Collection[int]) -> Result[Destination, str]:
    """Read a URL, or say why nobody goes there."""
    if len(text) > _MOST_CHARACTERS or _READ_TWO_WAYS.search(text):
        return Err("is no URL")
    try:
        url = URL(text).copy_with(fragment=None)
    except InvalidURL:
        return Err("is no URL")
    port = _DEFAULT_PORTS.get(url.scheme, 0) if url.port is None else url.port
    if url.scheme not in _DEFAULT_PORTS or port not in ports:
        return Err("has a scheme or a port that is not allowed")
    name = _name(url.raw_host.decode())
    if url.userinfo or name is None:
        return Err("names no host")
    return Ok(Destination(url, name, port))


def _name(host: str) -> str | None:
    name = host.removesuffix(".")
    try:
        if ":" in name:
            return name if IPv6Address(name).scope_id is None else None
        if _ENDS_IN_NUMBER.fullmatch(name):
            return str(IPv4Address(name))
    except AddressValueError:
        return None
    return name if _NAME.fullmatch(name) else None

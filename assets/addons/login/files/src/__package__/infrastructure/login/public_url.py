"""PUBLIC_URL: where browsers find the service. The Host header of a request is never used for that."""

import re
from dataclasses import dataclass
from typing import Final, Self, override

_EXPECTED: Final = "expected a URL such as https://orders.example or https://example.com/orders, as browsers show it"
# Browsers write an origin in small letters and without the usual port, and compare it letter by letter.
_URL: Final = re.compile(r"(?P<origin>(?P<scheme>https?)://[a-z0-9.-]+(:(?P<port>\d+))?)(?P<path>(/[\w.~%-]+)*)/?", re.ASCII)
_DEFAULT_PORTS: Final = {("http", "80"), ("https", "443")}


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """`origin` is what browsers send as `Origin`; `path` is what a proxy takes off, as in ROOT_PATH."""

    origin: str
    path: str

    @classmethod
    def parse(cls, text: str) -> Self:
        found = _URL.fullmatch(text)
        if found is None or (found["scheme"], found["port"]) in _DEFAULT_PORTS:
            raise ValueError(_EXPECTED)
        return cls(found["origin"], found["path"])

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")

    @override
    def __str__(self) -> str:
        return f"{self.origin}{self.path}"

"""PUBLIC_URL: where browsers find the service. The Host header of a request is never used for that."""

from dataclasses import dataclass
from typing import Final, Self, override
from urllib.parse import urlsplit

_EXPECTED: Final = "expected a URL such as https://orders.example or https://example.com/orders, as browsers show it"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """`origin` is what browsers send as `Origin`; `path` is what a proxy takes off, as in ROOT_PATH."""

    origin: str
    path: str

    @classmethod
    def parse(cls, text: str) -> Self:
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise ValueError(_EXPECTED) from None
        origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
        default_port = port is not None and port == _DEFAULT_PORTS.get(parts.scheme)
        if not parts.hostname or parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or default_port:
            raise ValueError(_EXPECTED)
        if origin != origin.lower() or path.startswith("//") or f"{origin}{path}" != text.rstrip("/"):
            raise ValueError(_EXPECTED)
        return cls(origin, path)

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def callback(self) -> str:
        return f"{self}/callback"

    @override
    def __str__(self) -> str:
        return f"{self.origin}{self.path}"

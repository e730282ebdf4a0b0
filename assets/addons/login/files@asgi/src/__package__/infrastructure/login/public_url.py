"""PUBLIC_URL: the origin under which browsers find the service. The Host that a caller sends is never asked."""

from dataclasses import dataclass
from typing import Final, Self, override
from urllib.parse import urlsplit

_EXPECTED: Final = "expected an origin such as https://orders.example, without a path and in lower case"
_USUAL_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """An origin, written as browsers write it in `Origin`."""

    origin: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an origin, or raise ValueError."""
        origin = text.removesuffix("/")
        try:
            parts = urlsplit(origin)
            port = parts.port
        except ValueError:
            raise ValueError(_EXPECTED) from None
        written = f"{parts.scheme}://{parts.netloc}" == origin == origin.lower()
        usual = port is not None and port == _USUAL_PORTS.get(parts.scheme)
        if not written or not parts.hostname or parts.scheme not in _USUAL_PORTS or "@" in parts.netloc or usual:
            raise ValueError(_EXPECTED)
        return cls(origin)

    @property
    def secure(self) -> bool:
        """Whether cookies can be kept from the wire."""
        return self.origin.startswith("https://")

    @property
    def callback(self) -> str:
        """Where the issuer sends browsers back to."""
        return f"{self.origin}/callback"

    @override
    def __str__(self) -> str:
        """Show it; there is nothing secret in it."""
        return self.origin

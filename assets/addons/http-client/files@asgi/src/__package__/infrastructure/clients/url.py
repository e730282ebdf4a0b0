"""Where another service is."""

from dataclasses import dataclass
from typing import Final, Self, override
from urllib.parse import urlsplit

_IN_PROCESS: Final = "memory"
_EXPECTED: Final = "expected https://host/path without user, query and fragment, or memory://"


@dataclass(frozen=True, slots=True)
class UpstreamUrl:
    """What all addresses of a service begin with."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL; the message of the `ValueError` for a bad one repeats nothing of it."""
        try:
            parts = urlsplit(text)
            readable = parts.port != 0 and (parts.hostname or parts.scheme == _IN_PROCESS)
        except ValueError:
            raise ValueError(_EXPECTED) from None
        if not readable or parts.scheme not in {"https", "http", _IN_PROCESS}:
            raise ValueError(_EXPECTED)
        if "@" in parts.netloc or "?" in text or "#" in text:
            raise ValueError(_EXPECTED)
        return cls(text)

    @property
    def in_process(self) -> bool:
        """Whether something within the process stands in for the service."""
        return urlsplit(self.text).scheme == _IN_PROCESS

    @property
    def secure(self) -> bool:
        """Whether nobody on the way can read or change what is said."""
        return urlsplit(self.text).scheme == "https"

    @override
    def __str__(self) -> str:
        """Show it; there is nothing secret in it."""
        return self.text

"""The address of another service, or of a proxy, as a setting."""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

_EXPECTED: Final = "expected https://host/path without user, query and fragment"


@dataclass(frozen=True, slots=True)
class HttpUrl:
    """The base URL of a service."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL. The message of the `ValueError` repeats nothing of it, as there may be a password in it."""
        try:
            parts = urlsplit(text)
            usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            usable = False
        if not usable or any(mark in text for mark in "@?# "):
            raise ValueError(_EXPECTED)
        return cls(text)

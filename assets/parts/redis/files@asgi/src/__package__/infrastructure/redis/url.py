"""REDIS_URL, without ever showing its password."""

from dataclasses import dataclass
from typing import Final, Self, override
from urllib.parse import SplitResult, urlsplit

_IN_PROCESS: Final = "memory"
_SERVERS: Final = frozenset({"redis", "rediss"})
_EXPECTED: Final = "expected redis://user:password@host:6379/0, the same with rediss://, or memory://"


@dataclass(frozen=True, slots=True, repr=False)
class RedisUrl:
    """Where Redis is; `text` is the URL as it was given, password and all."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL; the message of the `ValueError` for a bad one has nothing secret in it."""
        parts = _split(text)
        if parts.scheme not in {_IN_PROCESS, *_SERVERS} or (parts.scheme in _SERVERS and not parts.hostname):
            raise ValueError(_EXPECTED)
        if parts.path.strip("/") and not parts.path.strip("/").isdecimal():
            message = f"its path is no number such as /0; {_EXPECTED}"
            raise ValueError(message)
        return cls(text)

    @property
    def in_process(self) -> bool:
        """Whether something within the process stands in for a server."""
        return urlsplit(self.text).scheme == _IN_PROCESS

    @override
    def __str__(self) -> str:
        """Show everything but the password and the parameters."""
        parts = urlsplit(self.text)
        user = f"{parts.username or ''}{':***' if parts.password else ''}"
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{user}{'@' if user else ''}{parts.hostname or ''}{port}{parts.path}"

    @override
    def __repr__(self) -> str:
        """Show everything but the password and the parameters."""
        return f"RedisUrl({str(self)!r})"


def _split(text: str) -> SplitResult:
    """Take the URL apart; one whose password is not percent-encoded comes apart in the wrong places."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        parts = None
    if parts is None or parts.fragment or "@" in parts.path or "@" in parts.query:
        message = f"it cannot be read (special characters in a password are percent-encoded); {_EXPECTED}"
        raise ValueError(message)
    return parts

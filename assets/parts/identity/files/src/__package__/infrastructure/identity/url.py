"""OIDC_ISSUER: how an issuer names itself in its tokens, and where it is found."""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

_EXPECTED: Final = "expected the issuer's https:// URL, exactly as its tokens have it in iss, without /.well-known/…"
_DISCOVERY: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class IssuerUrl:
    """`text` is compared character by character, including a slash at the end."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        try:
            parts = urlsplit(text)
            usable = parts.hostname and parts.port != 0 and parts.scheme in {"http", "https"}
        except ValueError:
            usable = False
        if not usable or any(mark in text for mark in "@?#") or text.endswith(_DISCOVERY):
            raise ValueError(_EXPECTED)
        return cls(text)

    @property
    def secure(self) -> bool:
        return urlsplit(self.text).scheme == "https"

    @property
    def discovery(self) -> str:
        """The URL of the discovery document."""
        return self.text.rstrip("/") + _DISCOVERY

    @property
    def local_port(self) -> int | None:
        """The port if the local issuer can be this one, else None."""
        parts = urlsplit(self.text)
        local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"} and not parts.path.strip("/")
        return parts.port if local else None

"""OIDC_ISSUER: the name by which an issuer goes in its tokens, and under which it is found."""

from dataclasses import dataclass
from typing import Final, Self, override
from urllib.parse import urlsplit

_EXPECTED: Final = "expected the issuer's https:// URL, exactly as its tokens have it in iss"
_DISCOVERY: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class IssuerUrl:
    """Where an issuer is; `text` is compared character by character, a slash at the end included."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL, or raise ValueError."""
        try:
            parts = urlsplit(text)
            readable = parts.port != 0 and parts.hostname
        except ValueError:
            raise ValueError(_EXPECTED) from None
        if not readable or parts.scheme not in {"http", "https"} or "@" in parts.netloc or "?" in text or "#" in text:
            raise ValueError(_EXPECTED)
        if text.endswith(_DISCOVERY):
            message = f"got the address of the discovery document; {_EXPECTED}"
            raise ValueError(message)
        return cls(text)

    @property
    def secure(self) -> bool:
        """Whether nobody on the way can change what the issuer says."""
        return urlsplit(self.text).scheme == "https"

    @property
    def discovery(self) -> str:
        """Where the issuer says where everything else is."""
        return self.text.rstrip("/") + _DISCOVERY

    @property
    def local_port(self) -> int | None:
        """The port, where it is one of this machine that a program of ours can listen on."""
        parts = urlsplit(self.text)
        local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"} and not parts.path.strip("/")
        return parts.port if local else None

    @override
    def __str__(self) -> str:
        """Show it; there is nothing secret in it."""
        return self.text

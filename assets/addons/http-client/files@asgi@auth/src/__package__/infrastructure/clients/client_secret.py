"""A secret out of the environment, which nothing shows."""

from dataclasses import dataclass
from typing import Self, override


@dataclass(frozen=True, slots=True, repr=False)
class ClientSecret:
    """What this service shows the issuer; `text` is the one way to it."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take it as it is."""
        return cls(text)

    @override
    def __repr__(self) -> str:
        """Show nothing of it."""
        return "ClientSecret(***)"

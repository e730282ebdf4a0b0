"""A secret out of the environment."""

from dataclasses import dataclass
from typing import Self, override


@dataclass(frozen=True, slots=True, repr=False)
class ClientSecret:
    """A text that `repr` and so no log shows."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take every text."""
        return cls(text)

    @override
    def __repr__(self) -> str:
        return "ClientSecret(***)"

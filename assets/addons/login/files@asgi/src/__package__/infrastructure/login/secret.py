"""Secrets from the environment. Only `text` shows them."""

from dataclasses import dataclass
from typing import Final, Self, override

_MIN_LENGTH: Final = 32


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    @property
    def short(self) -> bool:
        """Whether it could be guessed."""
        return len(self.text) < _MIN_LENGTH

    @override
    def __repr__(self) -> str:
        return "Secret(***)"

"""Secrets from the environment. Only `text` shows them."""

from dataclasses import dataclass
from typing import Final, Self, override

_MIN_LENGTH: Final = 32
_MIN_DIFFERENT_CHARACTERS: Final = 10
_DEVELOPMENT: Final = "only-for-development"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    @property
    def weak(self) -> bool:
        """Whether it can be guessed."""
        varied = len(set(self.text)) >= _MIN_DIFFERENT_CHARACTERS
        return self.text.startswith(_DEVELOPMENT) or len(self.text) < _MIN_LENGTH or not varied

    @override
    def __repr__(self) -> str:
        return "Secret(***)"

"""Secrets out of the environment, which nothing shows."""

from dataclasses import dataclass
from typing import Final, Self, override

_LEAST_CHARACTERS: Final = 32
_LEAST_DIFFERENT: Final = 10
_DEVELOPMENT: Final = "only-for-development"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text; `text` is the one way to it."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take it as it is."""
        return cls(text)

    @property
    def weak(self) -> bool:
        """Whether it could be guessed."""
        plain = self.text.startswith(_DEVELOPMENT) or len(set(self.text)) < _LEAST_DIFFERENT
        return plain or len(self.text) < _LEAST_CHARACTERS

    @override
    def __repr__(self) -> str:
        """Show nothing of it."""
        return "Secret(***)"

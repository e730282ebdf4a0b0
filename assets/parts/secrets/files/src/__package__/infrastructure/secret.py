"""Secrets from the environment. Only `text` shows them."""

from dataclasses import dataclass
from typing import Self, override


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    def shorter_than(self, length: int) -> bool:
        return len(self.text) < length

    @override
    def __repr__(self) -> str:
        return "Secret(***)"

"""Secrets from the environment. Only `text` shows them."""

from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Secret:
    text: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    def shorter_than(self, length: int) -> bool:
        return len(self.text) < length

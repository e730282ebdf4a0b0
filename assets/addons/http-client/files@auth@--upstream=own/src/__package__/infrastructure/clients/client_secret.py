"""A secret out of the environment."""

from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """A text that `repr` and so no log shows."""

    text: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take every text."""
        return cls(text)

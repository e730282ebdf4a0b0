"""Who asks for something. How they showed it stays at the edge."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller: the issuer's lasting name for it, and what it may do."""

    subject: str
    permissions: frozenset[str]

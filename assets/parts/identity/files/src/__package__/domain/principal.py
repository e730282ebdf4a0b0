"""The caller of a use case. How it proved who it is stays outside the domain."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """`subject` is the issuer's lasting name for the caller."""

    subject: str
    permissions: frozenset[str]

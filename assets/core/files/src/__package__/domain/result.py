"""An outcome that is either a value or an error the caller must deal with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ok[T]:
    """It worked; here is what came of it."""

    value: T


@dataclass(frozen=True, slots=True)
class Err[E]:
    """It was turned down; here is why."""

    error: E


type Result[T, E] = Ok[T] | Err[E]

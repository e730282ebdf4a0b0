"""A point in time by which a call is over, however many waits it consists of.

A timeout of a socket is about one wait: a server that sends a byte now and then never reaches it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic
from typing import Final

_LONGEST_WAIT: Final = 3600.0
_deadline: Final = ContextVar("deadline", default=inf)


@contextmanager
def deadline(seconds: float) -> Generator[None]:
    """Let what happens inside take so long at most. Within another deadline, the earlier one holds."""
    outer = _deadline.set(min(_deadline.get(), monotonic() + seconds))
    try:
        yield
    finally:
        _deadline.reset(outer)


def seconds_left(at_most: float | None = None) -> float:
    """Return how long the next wait may take, or raise `TimeoutError` when the deadline has passed."""
    left = min(_deadline.get() - monotonic(), _LONGEST_WAIT if at_most is None else at_most)
    if left <= 0:
        raise TimeoutError
    return left

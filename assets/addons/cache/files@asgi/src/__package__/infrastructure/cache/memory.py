"""Stands in for Redis within one process, in development and tests."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Final, final

from {{ package }}.infrastructure.cache.store import RESERVATION, RESERVED

ENTRIES: Final = 10_000
"""How many it keeps; beyond them the one that was not asked for longest goes."""


@final
class MemoryStore:
    """The port `Store`, in this process alone: other processes do not hear of what is forgotten here."""

    def __init__(self, now: Callable[[], float] = monotonic, entries: int = ENTRIES) -> None:
        """Take the clock, in seconds, and the bound."""
        self._now = now
        self._entries = entries
        self._kept: OrderedDict[str, tuple[bytes, float]] = OrderedDict()

    async def read(self, key: str) -> bytes | None:
        """Return what is kept."""
        kept = self._alive(key)
        return None if kept is None or kept.startswith(RESERVED) else kept

    async def reserve(self, key: str, mark: bytes) -> bool:
        """Put a mark where nothing is."""
        if self._alive(key) is not None:
            return False
        self._keep(key, mark, RESERVATION)
        return True

    async def fill(self, key: str, mark: bytes, value: bytes, seconds: float) -> None:
        """Put a value where this mark still stands."""
        if self._alive(key) == mark:
            self._keep(key, value, seconds)

    async def release(self, key: str, mark: bytes) -> None:
        """Take the mark away if it still stands."""
        if self._alive(key) == mark:
            del self._kept[key]

    async def forget(self, *keys: str) -> None:
        """Take away values and marks."""
        for key in keys:
            self._kept.pop(key, None)

    def _alive(self, key: str) -> bytes | None:
        value, ends = self._kept.get(key, (None, 0.0))
        if value is None:
            return None
        if ends <= self._now():
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return value

    def _keep(self, key: str, value: bytes, seconds: float) -> None:
        self._kept[key] = (value, self._now() + seconds)
        self._kept.move_to_end(key)
        if len(self._kept) > self._entries:
            self._kept.popitem(last=False)

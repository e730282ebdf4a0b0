"""What may be asked of a cache: to spare a read that is dear, and to forget what has been written since."""

from collections.abc import Awaitable, Callable
from typing import Protocol
from uuid import UUID


class ReadCache(Protocol):
    """Keeps what was read for a while. It may forget at any time: being without it costs time, never an answer."""

    async def fetch[V](self, kind: type[V], key: UUID | str, read: Callable[[], Awaitable[V | None]]) -> V | None:
        """Return what is kept, else what `read` gives; those who ask meanwhile wait for the same read.

        None is not kept. `read` runs in the task of one of those who ask.
        """
        ...

    async def forget(self, kind: type[object], key: UUID | str) -> None:
        """Keep this no longer: it has been written, or may have been."""
        ...

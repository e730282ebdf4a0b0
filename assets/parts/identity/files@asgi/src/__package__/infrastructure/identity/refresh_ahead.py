"""Keeps what was fetched from the issuer, so that requests rarely wait for it and cannot make the service flood it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final, cast, final

from {{ package }}.domain.errors import Unavailable

ISSUER: Final = "identity provider"
FRESH_SECONDS: Final = 600.0
"""After this time the next request starts a fetch in the background."""
KEPT_SECONDS: Final = 3600.0
"""While the issuer is down, the last value is used for this long."""
PAUSE_SECONDS: Final = 5.0
"""The shortest time between two fetches."""

_logger = logging.getLogger(__name__)


@final
class RefreshAhead[T]:
    """Runs at most one fetch at a time, and shares its result."""

    def __init__(self, fetch: Callable[[], Awaitable[T]], clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.failure: str = ""
        self.task: asyncio.Task[None] | None = None
        self._fetch = fetch
        self._value: T | None = None
        self._fetched_at = self._started_at = float("-inf")

    async def get(self, max_age: float = KEPT_SECONDS) -> T:
        """Return a value that is less than `max_age` seconds old, or raise Unavailable."""
        age = self.clock() - self._fetched_at
        task = self._start() if self.failure or age >= min(max_age, FRESH_SECONDS) else None
        if age >= max_age:
            if task is not None:
                await asyncio.shield(task)  # other requests may wait for it when this one is cancelled
            if self.failure:
                raise Unavailable(ISSUER, self.failure, retry_after=int(PAUSE_SECONDS))
        return cast("T", self._value)

    def close(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def _start(self) -> asyncio.Task[None] | None:
        """Return the fetch that is running or a new one, or None if the last one began less than PAUSE_SECONDS ago."""
        if self.task is not None and not self.task.done():
            return self.task
        if self.clock() - self._started_at < PAUSE_SECONDS:
            return None
        self._started_at = self.clock()
        self.task = asyncio.create_task(self._run())
        return self.task

    async def _run(self) -> None:
        try:
            self._value = await self._fetch()
        except Unavailable as error:
            if not self.failure:
                _logger.warning("cannot fetch from the identity provider", extra={"reason": error.reason})
            self.failure = error.reason
        else:
            self.failure, self._fetched_at = "", self.clock()

"""Keeps what was fetched from the issuer, so that requests rarely wait for it and cannot make the service flood it."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Final, cast, final

from {{ package }}.domain.errors import Unavailable

ISSUER: Final = "identity provider"
FRESH_SECONDS: Final = 600.0
"""After this time the next request starts a fetch in the background."""
KEPT_SECONDS: Final = 3600.0
"""While the issuer is down, the last value is used for this long."""
PAUSE_SECONDS: Final = 5.0
"""The shortest time between two fetches."""
WAIT_SECONDS: Final = 3.0
"""How long a request waits for a fetch, which then goes on for the next ones."""

_logger = logging.getLogger(__name__)


@final
class RefreshAhead[T]:
    """Runs at most one fetch at a time, in a thread of its own, and shares its result."""

    def __init__(self, fetch: Callable[[], T], clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.failure: str = ""
        self.running: Future[None] | None = None
        self._fetch = fetch
        self._value: T | None = None
        self._fetched_at = self._started_at = float("-inf")
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="identity-provider")

    def get(self, max_age: float = KEPT_SECONDS) -> T:
        """Return a value that is less than `max_age` seconds old, or raise Unavailable."""
        with self._lock:
            age = self.clock() - self._fetched_at
            running = self._start() if self.failure or age >= min(max_age, FRESH_SECONDS) else None
        if age >= max_age:
            if running is not None and wait([running], WAIT_SECONDS).not_done:
                raise Unavailable(ISSUER, "does not answer", retry_after=int(PAUSE_SECONDS))
            if self.failure:
                raise Unavailable(ISSUER, self.failure, retry_after=int(PAUSE_SECONDS))
        return cast("T", self._value)

    def _start(self) -> Future[None] | None:
        """Return the fetch that is running or a new one, or None if the last one began less than PAUSE_SECONDS ago."""
        if self.running is not None and not self.running.done():
            return self.running
        if self.clock() - self._started_at < PAUSE_SECONDS:
            return None
        self._started_at = self.clock()
        self.running = self._thread.submit(self._run)
        return self.running

    def _run(self) -> None:
        try:
            self._value = self._fetch()
        except Unavailable as error:
            if not self.failure:
                _logger.warning("cannot fetch from the identity provider", extra={"reason": error.reason})
            self.failure = error.reason
        else:
            self.failure, self._fetched_at = "", self.clock()

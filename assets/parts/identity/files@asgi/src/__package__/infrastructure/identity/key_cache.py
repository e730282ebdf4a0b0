"""The issuer's keys, kept so that a request hardly ever waits for them, and never makes the issuer work."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from joserfc.jwk import Key
from {{ package }}.domain.errors import Unavailable

FRESH_SECONDS: Final = 600.0
"""After this long the next request has the keys fetched again, without waiting for them."""
KEPT_SECONDS: Final = 3600.0
"""For this long they are good without the issuer; then nobody is let in until it is back."""
PAUSE_SECONDS: Final = 5.0
"""At least this long lies between two fetches, whatever key ids are shown."""

_DEPENDENCY: Final = "identity provider"
_NEVER: Final = float("-inf")
_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class KeyCache:
    """Fetches all keys at once, one fetch at a time."""

    fetch: Callable[[], Awaitable[Mapping[str, Key]]]
    clock: Callable[[], float] = time.monotonic
    known: Mapping[str, Key] = field(default_factory=dict[str, Key])
    fetched_at: float = _NEVER
    begun_at: float = _NEVER
    trouble: str = ""
    fetching: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> Key | None:
        """Return the key of this id, or None if the issuer has none; raise Unavailable when that cannot be told."""
        age = self.clock() - self.fetched_at
        if age <= KEPT_SECONDS and kid in self.known:
            if age > FRESH_SECONDS:
                self._begin()
            return self.known[kid]
        await self._fetched()
        return self.known.get(kid)

    async def check(self) -> str:
        """Say how the issuer is; as long as there are keys the service can work."""
        age = self.clock() - self.fetched_at
        if age > KEPT_SECONDS:
            await self._fetched()
        elif age > FRESH_SECONDS or self.trouble:
            self._begin()
        return f"degraded: {self.trouble}" if self.trouble else "ok"

    def close(self) -> None:
        """Stop a fetch that still runs."""
        if self.fetching is not None:
            self.fetching.cancel()

    async def _fetched(self) -> None:
        """Wait for the fetch that runs, or for a new one."""
        fetching = self._begin()
        if fetching is None:
            raise Unavailable(_DEPENDENCY, self.trouble or "was asked a moment ago", retry_after=int(PAUSE_SECONDS))
        # Whoever stops waiting does not stop it for the others.
        await asyncio.shield(fetching)
        if self.trouble:
            raise Unavailable(_DEPENDENCY, self.trouble, retry_after=int(PAUSE_SECONDS))

    def _begin(self) -> asyncio.Task[None] | None:
        """Return the fetch that runs or a new one, or None when it is too soon for one."""
        if self.fetching is not None and not self.fetching.done():
            return self.fetching
        if self.clock() - self.begun_at < PAUSE_SECONDS:
            return None
        self.begun_at = self.clock()
        self.fetching = asyncio.create_task(self._refresh())
        return self.fetching

    async def _refresh(self) -> None:
        try:
            self.known = await self.fetch()
        except Unavailable as error:
            self.trouble = error.reason
            _logger.warning("the identity provider's keys cannot be had", extra={"reason": error.reason})
        else:
            self.trouble, self.fetched_at = "", self.clock()

"""What an outage of the store costs: the hit, and once a little time, but never the request."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from functools import partial
from typing import Final, final

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.cache.store import RESERVED, Store
from {{ package }}.infrastructure.redis.client import CommandError

PATIENCE: Final = 0.5
"""How many seconds the store gets for an answer, however long REDIS_TIMEOUT is: reading afresh takes no longer."""

PAUSE: Final = 1.0
"""How many seconds pass between two attempts to find it well again."""

OWED: Final = 10_000
"""How many keys that are to be forgotten are remembered during an outage."""

_FAILURES: Final = (Unavailable, CommandError, TimeoutError)
_PROBE: Final = "{{ package }}:probe"
_logger = logging.getLogger(__name__)


@final
class GuardedStore:
    """The port `Store` on one that can fail.

    After a failure it seems empty, without being asked, until a probe from the background has seen all of it work and
    has taken away what was to be forgotten meanwhile.
    """

    def __init__(self, store: Store, patience: float = PATIENCE) -> None:
        """Take the store, and how long to wait for it at most."""
        self._store = store
        self._patience = min(patience, PATIENCE)
        self._trouble: str | None = None
        self._owed: dict[str, None] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def check(self) -> str:
        """Say how the store is: the service can do without it."""
        await self._ask(self._probe)
        return "ok" if self._trouble is None else f"degraded: {self._trouble}"

    async def read(self, key: str) -> bytes | None:
        """Return what is kept."""
        return await self._ask(partial(self._store.read, key))

    async def reserve(self, key: str, mark: bytes) -> bool:
        """Put a mark where nothing is."""
        return await self._ask(partial(self._store.reserve, key, mark)) or False

    async def fill(self, key: str, mark: bytes, value: bytes, seconds: float) -> None:
        """Put a value where this mark still stands."""
        await self._ask(partial(self._store.fill, key, mark, value, seconds))

    async def release(self, key: str, mark: bytes) -> None:
        """Take the mark away if it still stands."""
        await self._ask(partial(self._store.release, key, mark))

    async def forget(self, *keys: str) -> None:
        """Take away values and marks, now or at the end of the outage, even if who asked is cancelled."""
        self._owed.update(dict.fromkeys(keys))
        while len(self._owed) > OWED:
            del self._owed[next(iter(self._owed))]
        await asyncio.shield(self._start(self._ask(self._pay)))

    async def close(self) -> None:
        """Stop what runs in the background."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _ask[T](self, ask: Callable[[], Awaitable[T]]) -> T | None:
        if self._trouble is not None:
            return None
        try:
            async with asyncio.timeout(self._patience):
                return await ask()
        except _FAILURES as error:
            self._fail(error)
            return None

    def _fail(self, error: Exception) -> None:
        """Begin an outage; of those that fail together the first says so."""
        if self._trouble is None:
            self._trouble = error.reason if isinstance(error, Unavailable) else type(error).__name__
            _logger.warning("the cache is degraded", extra={"reason": self._trouble})
            self._start(self._recover())

    async def _recover(self) -> None:
        while self._trouble is not None:
            await asyncio.sleep(PAUSE)
            try:
                async with asyncio.timeout(self._patience):
                    await self._probe()
                    await self._pay()
            except _FAILURES:
                continue
            # Nothing is awaited in between, so no key can have come to be owed.
            self._trouble = None
        _logger.info("the cache works again")

    async def _probe(self) -> None:
        """Do all that a cache does with a store: one that is full or read-only still answers."""
        key, mark = f"{_PROBE}:{secrets.token_hex(8)}", RESERVED + secrets.token_bytes(8)
        await self._store.reserve(key, mark)
        await self._store.fill(key, mark, b"", self._patience)
        await self._store.read(key)

    async def _pay(self) -> None:
        while keys := tuple(self._owed):
            await self._store.forget(*keys)
            for key in keys:
                self._owed.pop(key, None)

    def _start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        # In a context of its own: it outlives the request that it was started in.
        task = asyncio.create_task(work, context=Context())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

"""The cache as use cases in transactions have to see it."""

from collections.abc import Awaitable, Callable
from typing import final
from uuid import UUID
from {{ package }}.domain.cache import ReadCache
from {{ package }}.infrastructure.db.session import Database


@final
class TransactionalCache:
    """The port `ReadCache` around another one, for the transactions of one database."""

    def __init__(self, cache: ReadCache, database: Database) -> None:
        """Take the cache, and the database whose transactions count."""
        self._cache = cache
        self._database = database

    async def fetch[V](self, kind: type[V], key: UUID | str, read: Callable[[], Awaitable[V | None]]) -> V | None:
        """Return what is kept, except to who writes: that decides on what is stored, and sees its own changes."""
        if not self._database.unit_of_work.read_only:
            return await read()
        return await self._cache.fetch(kind, key, read)

    async def forget(self, kind: type[object], key: UUID | str) -> None:
        """Keep this no longer once the open transaction has ended: until then others read what was there before."""
        self._database.unit_of_work.afterwards.push_async_callback(self._cache.forget, kind, key)

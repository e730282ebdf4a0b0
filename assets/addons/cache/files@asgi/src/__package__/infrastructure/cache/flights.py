"""One read at a time of each key, for all who ask for it within this process."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast, final

from {{ package }}.domain.errors import Unavailable


@final
class Flights:
    """The reads under way; the first who asks for a key reads, in a task of its own, and the others wait."""

    def __init__(self) -> None:
        """Begin with none."""
        self._under_way: dict[str, asyncio.Future[object]] = {}

    async def share[V](self, key: str, read: Callable[[], Awaitable[V]]) -> V:
        """Return what the read under way gives, or read.

        An outage that the reader met is everybody's. If the reader was cancelled or failed in another way, the next
        one reads.
        """
        while (flight := self._under_way.get(key)) is not None:
            # Not `await flight`: cancelling one who waits would cancel it for all.
            await asyncio.wait([flight])
            if not flight.cancelled():
                return cast("V", flight.result())
        return await self._lead(key, read)

    def leave(self, key: str) -> None:
        """Have those who ask from now on read anew."""
        self._under_way.pop(key, None)

    async def _lead[V](self, key: str, read: Callable[[], Awaitable[V]]) -> V:
        flight = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            value = await read()
            flight.set_result(value)
        except Unavailable as error:
            flight.set_exception(error)
            flight.exception()  # nobody may be waiting for it
            raise
        else:
            return value
        finally:
            flight.cancel()
            if self._under_way.get(key) is flight:
                del self._under_way[key]

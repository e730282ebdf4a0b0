"""Brings what the outbox holds to the queue, at least once."""

from typing import Final, final

from {{ package }}.infrastructure.db.outbox import BATCH, CLAIM, Outbox
from {{ package }}.infrastructure.jobs.queue import DramatiqQueue, unavailable

PAUSE: Final = 0.2
"""How many seconds pass until an empty outbox is looked at again."""

_IN_TIME: Final = CLAIM.total_seconds() / 2


@final
class Relay:
    """One of as many as there are workers; no transaction is open while the queue is spoken to."""

    def __init__(self, outbox: Outbox, queue: DramatiqQueue) -> None:
        """Take from where, and where to."""
        self._outbox = outbox
        self._queue = queue

    async def step(self) -> float:
        """Relay a batch, and return how many seconds may pass until the next.

        Only what the queue has taken is removed. Who is killed in between leaves it claimed: it is relayed once more.
        """
        claimed = await self._outbox.claim()
        if not claimed:
            return PAUSE
        count = await self._queue.send(claimed, _IN_TIME)
        if count:
            await self._outbox.forget(claimed[:count])
        if count < len(claimed):
            raise unavailable(reason="does not take all")
        return 0.0 if count == BATCH else PAUSE

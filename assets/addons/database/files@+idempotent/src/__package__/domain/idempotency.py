"""The port to the answers that are kept for requests that may come again."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What two requests have in common when one repeats the other: who sent it, where to, and the key it carries."""

    caller: str
    path: str
    key: str


class IdempotencyKeys(Protocol):
    """Keys and answers belong to the current transaction: when it is rolled back, its key is free again."""

    async def claim(self, request: RequestKey, fingerprint: str) -> tuple[str, str | None]:
        """Return the fingerprint and the answer of the first request with this key; the answer is None for the first.

        While the first is under way, this waits for its end.
        """
        ...

    async def keep(self, request: RequestKey, answer: str) -> None:
        """Keep the answer to the first request with this key."""
        ...

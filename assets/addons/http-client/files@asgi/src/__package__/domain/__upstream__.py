"""What is asked of the {{ upstream_words }} service, and what can come of it.

Put your own questions in place of these two. Of a failure that nobody decided, `Unavailable` and `Malformed` tell.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from {{ package }}.domain.result import Result


@dataclass(frozen=True, slots=True)
class {{ Upstream }}Entry:
    """What it has under a reference."""

    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class {{ Upstream }}Rejected:
    """It understood what it was asked and will not do it: asking again changes nothing."""

    reason: str


class {{ Upstream }}(Protocol):
    """The other service, as the use cases see it."""

    async def find(self, reference: str) -> Result[{{ Upstream }}Entry | None, {{ Upstream }}Rejected]:
        """Return the entry of this reference, if there is one."""
        ...

    async def record(self, entry: {{ Upstream }}Entry) -> Result[{{ Upstream }}Entry, {{ Upstream }}Rejected]:
        """Have one more recorded; after a failure it may be there or not."""
        ...

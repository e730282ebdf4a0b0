"""Stands in for the {{ upstream_words }} service in development, and in tests of other things."""

from typing import final
from {{ package }}.domain.{{ upstream }} import {{ Upstream }}Entry, {{ Upstream }}Rejected
from {{ package }}.domain.result import Err, Ok, Result


@final
class InMemory{{ Upstream }}:
    """The port `{{ Upstream }}` on a dictionary."""

    def __init__(self) -> None:
        self._entries: dict[str, {{ Upstream }}Entry] = {}

    async def check(self) -> str:
        """Say that it is there."""
        return "ok"

    async def find(self, reference: str) -> Result[{{ Upstream }}Entry | None, {{ Upstream }}Rejected]:
        """Return the entry of this reference, if there is one."""
        return Ok(self._entries.get(reference))

    async def record(self, entry: {{ Upstream }}Entry) -> Result[{{ Upstream }}Entry, {{ Upstream }}Rejected]:
        """Keep one more."""
        if entry.reference in self._entries:
            return Err({{ Upstream }}Rejected("is there already"))
        self._entries[entry.reference] = entry
        return Ok(entry)

"""What is about to be written, before anything is."""

from dataclasses import dataclass
from enum import StrEnum


class WhenPresent(StrEnum):
    """What to do where a file of that name, with other content, already stands."""

    CONFLICT = "conflict"
    APPEND_LINES = "append-lines"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file to emit: `path` is relative and uses forward slashes, `owner` is the one feature it belongs to."""

    path: str
    owner: str
    content: bytes
    when_present: WhenPresent = WhenPresent.CONFLICT

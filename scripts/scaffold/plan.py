"""What is about to be written, before anything is."""

from enum import StrEnum
from typing import NamedTuple


class WhenPresent(StrEnum):
    """What to do where a file of that name, with other content, already stands."""

    CONFLICT = "conflict"
    APPEND_LINES = "append-lines"
    KEEP = "keep"


class PlannedFile(NamedTuple):
    """One file to emit: `path` is relative and uses forward slashes, `owner` is the one feature it belongs to."""

    path: str
    owner: str
    content: bytes
    when_present: WhenPresent = WhenPresent.CONFLICT

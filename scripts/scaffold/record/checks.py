"""Reads what the gates have to know of a backend, as it was recorded when the backend was emitted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from scaffold.record import CHECKS as PATH


@dataclass(frozen=True, slots=True)
class Schema:
    """A database schema under migration: the steps of its tool, and the setting that names the database.

    `probe` is a step that only reads. `server` holds the arguments of Python for a process that prints the settings of
    an empty database as a line of JSON, and removes it when it is told to stop.
    """

    tool: str
    probe: Sequence[str]
    up: Sequence[str]
    down: Sequence[str]
    drift: Sequence[str]
    variable: str
    nowhere: str
    server: Sequence[str]


@dataclass(frozen=True, slots=True)
class Companion:
    """A process that the backend needs beside it: arguments of Python, and settings that have a `{port}` in them.

    Without settings, it prints them as a line of JSON.
    """

    arguments: Sequence[str]
    settings: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Checks:
    """What a backend needs for its gates; `schema` is None where it has no database."""

    schema: Schema | None = None
    companions: Sequence[Companion] = field(default=())


def read_checks(root: Path) -> Checks | None:
    """Return what a backend recorded, or None where that cannot be read."""
    try:
        document = cast("Mapping[str, Any]", json.loads((root / PATH).read_text(encoding="utf-8")))
        schema = document["schema"]
        companions = tuple(Companion(**companion) for companion in document["companions"])
        return Checks(Schema(**schema) if schema else None, companions)
    except (OSError, ValueError, LookupError, TypeError):
        return None

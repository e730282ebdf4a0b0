"""Formats emitted Python with ruff, in one pinned version, so that the bytes are the same on every machine."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from scaffold.errors import MachineError, Problem

RUFF = "0.17.6"
_CONFIGURATION = "pyproject.toml"
# What fits on a line stands on one: templates are written for names of any length.
_FORMAT = ("format", "--config", "format.skip-magic-trailing-comma=true")
_SORT = ("check", "--select", "I", "--fix-only")
_EVERY = ("--quiet", "--no-cache", "--config", "lint.isort.split-on-trailing-comma=false", ".")


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files, by path, with every Python module as ruff leaves it under the pyproject.toml among them.

    Raise MachineError where ruff is missing or is another version.
    """
    modules = [path for path in files if path.endswith(".py")]
    ruff = _ruff()
    with tempfile.TemporaryDirectory(prefix="format-") as scratch:
        root = Path(scratch)
        for path in (*modules, _CONFIGURATION):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            _ = (root / path).write_text(files[path], encoding="utf-8", newline="\n")
        for command in (_SORT, _FORMAT):
            _ = subprocess.run([ruff, *command, *_EVERY], cwd=root, env={}, check=True)  # noqa: S603 - our own binary
        return {**files, **{path: (root / path).read_text(encoding="utf-8") for path in modules}}


def _ruff() -> str:
    """Find the ruff that was installed with this Python."""
    try:
        # Imported late: where it is missing, that is to be said. It has no types of its own.
        from ruff import find_ruff_bin  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

        ruff = find_ruff_bin()
        got = subprocess.run([ruff, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]  # noqa: S603
    except (ImportError, OSError):
        ruff, got = "", "none"
    if got != RUFF:
        message = f"got {got}; expected {RUFF}, to format what is emitted: try `uv run`, or pip install ruff=={RUFF}"
        raise MachineError([Problem("ruff", message)])
    return ruff

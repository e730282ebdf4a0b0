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
# A template imports what any of its resources may need.
_SORT = ("check", "--select", "I,F401", "--fix-only", "--config", "lint.isort.split-on-trailing-comma=false")
# Configurations and .gitignore files around the scratch folder do not count.
_EVERY = ("--quiet", "--no-cache", "--no-respect-gitignore", "--config", _CONFIGURATION, ".")


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files, by path, with every Python module as ruff leaves it under the pyproject.toml among them.

    Raise MachineError where ruff is missing or is another version.
    """
    modules = [path for path in files if path.endswith(".py")]
    with tempfile.TemporaryDirectory(prefix="format-") as scratch:
        for folder in {path.rpartition("/")[0] for path in modules}:
            Path(scratch, folder).mkdir(parents=True, exist_ok=True)
        for path in (*modules, _CONFIGURATION):
            _ = Path(scratch, path).write_bytes(files[path].encode())
        _run_ruff(scratch)
        return {**files, **{path: Path(scratch, path).read_bytes().decode() for path in modules}}


def _run_ruff(folder: str) -> None:
    """Remove unused imports, sort the others, and format, with the ruff that was installed with this Python."""
    ruff, only = "", ("--config", f"required-version='=={RUFF}'")
    try:
        # Imported late: where it is missing, that is to be said. It has no types of its own.
        from ruff import find_ruff_bin  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

        ruff = find_ruff_bin()
        for command in (_SORT, _FORMAT):
            _ = subprocess.run([ruff, *command, *only, *_EVERY], cwd=folder, env={}, check=True)  # noqa: S603 - our own binary
    except (ImportError, OSError):
        got = "none"
    except subprocess.CalledProcessError:
        got = subprocess.run([ruff, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]  # noqa: S603
        if got == RUFF:
            raise
    else:
        return
    message = f"got {got}; expected {RUFF}, to format what is emitted: try `uv run`, or pip install ruff=={RUFF}"
    raise MachineError([Problem("ruff", message)])

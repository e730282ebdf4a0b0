"""How much an owner has to read: the lines of Python of what is emitted, by what was chosen."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scaffold.features.catalogue import load
from tests.benchmarks.figures import BOOTSTRAP, Figure

EVERYTHING = ",".join(choice.name for choice in load().addons)
CHOICES = (
    ("fastapi", "", 680, 600),
    ("fastapi", "database", 1050, 1000),
    ("fastapi", "database,auth,container", 1550, 1500),
    ("fastapi", "database,jobs,http-client", 1700, 1700),
    ("fastapi", EVERYTHING, 3000, 3500),
    ("starlette", "", 500, 450),
    ("django", "", 1400, 1200),
)
"""A framework, its add-ons, and the most lines outside and inside tests/."""


def sizes(folder: Path) -> Iterator[Figure]:
    """Count the lines of each choice, outside tests/ (its servers and migrations too) and inside."""
    for number, (framework, addons, code, tests) in enumerate(CHOICES):
        target = folder / f"size-{number}"
        chosen = ["--framework", framework, *(["--with", addons] if addons else [])]
        command = [sys.executable, str(BOOTSTRAP), "orders-api", "--into", str(target), *chosen]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        name = f"{framework} {'everything' if addons == EVERYTHING else addons or 'bare'}"
        yield _figure(f"{name}, code", code, [path for path in target.rglob("*.py") if not _is_test(path, target)])
        yield _figure(f"{name}, tests", tests, [path for path in target.rglob("*.py") if _is_test(path, target)])


def _is_test(path: Path, root: Path) -> bool:
    return path.relative_to(root).parts[0] == "tests"


def _figure(name: str, bar: float, files: list[Path]) -> Figure:
    lines = sum(map(_lines, files))
    return Figure(name, bar, lines, (lines, lines))


def _lines(path: Path) -> int:
    """Count the lines that are neither blank nor comment. Docstrings count: they are read as well."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return sum(1 for line in lines if line and not line.startswith("#"))

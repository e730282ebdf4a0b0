"""The gate that makes the environment every other gate runs in."""

import re
import shutil
import tomllib
from pathlib import Path

from scaffold.checking.bench import Bench
from scaffold.checking.processes import Finished
from scaffold.checking.results import GateResult, green, last_lines, not_run, red
from scaffold.errors import Problem

_SYNC_SECONDS = 900.0
_STALE = "needs to be updated, but `--locked` was provided"
_NO_PYTHON = re.compile(r"No interpreter found for (Python \S+)|Failed to download\s+`\S*/(cpython-[\d.]+)")
_NO_INDEX = re.compile(r"network was disabled|error sending request|dns error|Failed to fetch")


def sync(bench: Bench) -> GateResult:
    """Install what the lock says; a lock that stands is never changed, only a missing one is made."""
    finished = _sync(bench)
    if finished.code == 0:
        return green()
    lines = last_lines(finished.output, str(bench.project.root))
    if finished.overdue:
        return red(f"uv sync took longer than {_SYNC_SECONDS:.0f} s", lines)
    if lacks := _what_the_machine_lacks(finished.output):
        return not_run(f"{lacks.where}: {lacks.message}", lines, lacks=(lacks,))
    if _STALE in finished.output:
        return red("uv.lock does not match pyproject.toml; try uv lock")
    return red("uv sync failed", lines)


def find_scripts(root: Path) -> Path | None:
    """Where the environment of the project keeps its tools; None when there is no environment."""
    environment = _locked_in(root) / ".venv"
    return environment / "bin" if (environment / "pyvenv.cfg").exists() else None


def _sync(bench: Bench) -> Finished:
    root = bench.project.root
    place = _locked_in(root)
    if bench.proven_lock and place == root and not (root / "uv.lock").exists():
        locked = _lock_as_proven(bench, bench.proven_lock)
        if locked.code != 0:
            return locked
    options = ["--locked"] if (place / "uv.lock").exists() else []
    return bench.run_uv("sync", *options, limit=_SYNC_SECONDS)


def _lock_as_proven(bench: Bench, proven: Path) -> Finished:
    """Write the project's uv.lock with the versions in `proven`; uv leaves out what the project does not need."""
    seeded = bench.scratch / "lock"
    seeded.mkdir()
    shutil.copyfile(bench.project.root / "pyproject.toml", seeded / "pyproject.toml")
    shutil.copyfile(proven, seeded / "uv.lock")
    finished = bench.run_uv("lock", "--directory", str(seeded), limit=_SYNC_SECONDS)
    if finished.code == 0:
        with (bench.project.root / "uv.lock").open("xb") as lock:
            _ = lock.write((seeded / "uv.lock").read_bytes())
    return finished


def _locked_in(root: Path) -> Path:
    """Return the folder that uv keeps lock and environment in: a workspace's own for each of its members."""
    return next((folder for folder in root.parents if root in _members(folder)), root)


def _members(folder: Path) -> set[Path]:
    try:
        workspace = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]["workspace"]
        members, excluded = (
            {path for pattern in workspace.get(key, []) for path in folder.glob(pattern)}
            for key in ("members", "exclude")
        )
    except (OSError, LookupError, TypeError, ValueError):
        return set()
    return members - excluded


def _what_the_machine_lacks(output: str) -> Problem | None:
    if missing := _NO_PYTHON.search(output):
        version = (missing[1] or missing[2]).replace("cpython-", "Python ")
        expected = "expected one uv can use; try uv python install or a PATH with it"
        return Problem("python", f"got no {version} here; {expected}")
    if _NO_INDEX.search(output):
        return Problem("network", "got no answer from the package index; expected to install from it; try again online")
    return None

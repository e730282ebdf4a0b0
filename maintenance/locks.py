"""Locks of everything that can be emitted: made by uv, compared, and cut to what another project may start from."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

# How a lock was resolved is the business of whoever resolves again; uv would throw the versions away if it differed.
_OPTIONS = re.compile(r"^\[options\]\n(?:.+\n)+\n", re.MULTILINE)


def resolve(pyproject: Path, folder: Path, *options: str, start: Path | None = None, keep: Iterable[str] = ()) -> Path:
    """Lock a project in `folder` and return the lock: newest versions, but those of `start` for what is in `keep`.

    Raise CalledProcessError with uv's words where there is no solution or no package index.
    """
    folder.mkdir(parents=True)
    shutil.copyfile(pyproject, folder / "pyproject.toml")
    lock = folder / "uv.lock"
    upgraded: list[str] = []
    if start:
        shutil.copyfile(start, lock)
        held = frozenset(keep)
        upgraded = [f"--upgrade-package={name}" for name in versions(start) if name not in held]
    command = ["uv", "lock", "--directory", str(folder), *options, *upgraded]
    _ = subprocess.run(command, check=True, capture_output=True, text=True)
    _ = lock.write_text(_OPTIONS.sub("", lock.read_text(encoding="utf-8")), encoding="utf-8")
    return lock


def newest(package: str, *options: str) -> str:
    """Return the newest version of one package."""
    command = ["uv", "pip", "compile", "-", "--quiet", "--no-deps", "--no-header", "--no-annotate", *options]
    found = subprocess.run(command, input=package, check=True, capture_output=True, text=True)
    return found.stdout.strip().removeprefix(f"{package}==")


def versions(lock: Path) -> Mapping[str, str]:
    """Return name and version of every package that a lock takes from an index, in the order of names."""
    packages = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    return {package["name"]: package["version"] for package in packages if "registry" in package["source"]}


def changes(before: Path, after: Path) -> Mapping[str, tuple[str, str]]:
    """Return what differs, by name: the version before and after, empty where there was or is none."""
    old, new = versions(before), versions(after)
    names = sorted({*old, *new})
    return {name: (old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name)}

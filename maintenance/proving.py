"""Builds backends with a lock that is not proven yet, in a copy of the skill, and finds which package made one red."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffold.features.catalogue import load

_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache")
_RUFF_PIN = re.compile(r'(?<="ruff==)[^"]+|(?<=^RUFF = ")[^"]+', re.MULTILINE)
_PINNING = ("scripts/bootstrap.py", "scripts/scaffold/emitting/formatting.py", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class RedGate:
    """A gate that did not pass, with the lines that say why."""

    name: str
    note: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skill:
    """A copy of the skill whose lock, floors and pin of ruff may be tried out."""

    root: Path

    @classmethod
    def copied(cls, original: Path, root: Path) -> "Skill":
        """Copy what emitting and checking need."""
        _ = shutil.copytree(original, root, ignore=_NOT_COPIED)
        return cls(root)

    def lock(self, framework: str) -> Path:
        """Return the path of the proven lock of a framework."""
        return self.root / "assets" / "frameworks" / framework / "uv.lock"

    def take_lock(self, framework: str, lock: Path, ruff: str) -> None:
        """Make a lock the proven one; emitted code is formatted by the ruff that it holds."""
        if lock != self.lock(framework):
            shutil.copyfile(lock, self.lock(framework))
        for path in (self.root / name for name in _PINNING):
            _ = path.write_text(_RUFF_PIN.sub(ruff, path.read_text(encoding="utf-8")), encoding="utf-8")

    def take_floors(self, floors: Mapping[str, str]) -> None:
        """Change the version floors of these packages in the catalogue."""
        path = self.root / "skill.yaml"
        text = path.read_text(encoding="utf-8")
        for name, version in floors.items():
            text = re.sub(rf'^(  {re.escape(name)}: ">=)[^",]+', rf"\g<1>{version}", text, flags=re.MULTILINE)
        _ = path.write_text(text, encoding="utf-8")

    def take_uv(self, version: str) -> None:
        """Name this version of uv in what installs it: images and CI."""
        path = self.root / "skill.yaml"
        text = path.read_text(encoding="utf-8")
        _ = path.write_text(re.sub(r'(?<=uv: ")[^"]+', version, text, count=1), encoding="utf-8")

    def hand_over(self, original: Path, frameworks: Iterable[str]) -> None:
        """Put everything that may have been changed here into the skill that this is a copy of."""
        locks = (self.lock(framework).relative_to(self.root) for framework in frameworks)
        for path in ("skill.yaml", *_PINNING, *locks):
            shutil.copyfile(self.root / path, original / path)

    def emit(self, target: Path, framework: str, addons: Sequence[str]) -> Path:
        """Emit a backend without checking it, and return its pyproject.toml."""
        _ = subprocess.run(self._command(target, framework, addons), check=True, capture_output=True, text=True)
        return target / "pyproject.toml"

    def build(self, target: Path, framework: str, addons: Sequence[str]) -> tuple[RedGate, ...]:
        """Emit a backend, run every gate on it, delete it, and return the gates that were not green."""
        command = [*self._command(target, framework, addons), "--verify"]
        finished = subprocess.run(command, check=False, capture_output=True, text=True)
        shutil.rmtree(target, ignore_errors=True)
        verification = json.loads(finished.stdout or "{}").get("verification")
        if verification is None:
            return (RedGate("bootstrap", f"exit {finished.returncode}", tuple(finished.stderr.splitlines()[-15:])),)
        return tuple(
            RedGate(gate["name"], gate["note"], tuple(gate["lines"]))
            for gate in verification["gates"]
            if gate["status"] not in {"green", "not-applicable"}
        )

    def _command(self, target: Path, framework: str, addons: Sequence[str]) -> list[str]:
        script = str(self.root / "scripts/bootstrap.py")
        chosen = ["--with", ",".join(addons)] if addons else []
        for option in load(self.root).options:  # a kind may bring a package of its own, and is a noun as well
            if option.kinds and option.feature in {framework, *addons}:
                chosen += [f"--{option.name}", ",".join(option.kinds)]
        into = ["--into", str(target), "--framework", framework, "--json"]
        return ["uv", "run", "--python", sys.executable, "--script", script, "proven-api", *into, *chosen]


def culprit(names: Sequence[str], is_red: Callable[[Sequence[str]], bool]) -> str:
    """Return the name that turns it red when they are taken one after the other, by halving.

    `is_red(names)` has to be true, and false for none of them.
    """
    green, red = 0, len(names)
    while red - green > 1:
        middle = (green + red) // 2
        if is_red(names[:middle]):
            red = middle
        else:
            green = middle
    return names[red - 1]

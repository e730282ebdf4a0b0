"""Take the newest releases of everything that is emitted, prove them on the presets, and commit them as the lock.

What turns a gate red is named, and nothing is changed then. Releases younger than the cool-down are left for later.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import yaml

from maintenance.locks import changes, newest, resolve, versions
from maintenance.proving import RedGate, Skill, culprit
from scaffold.features.catalogue import SKILL_ROOT, Catalogue, load
from tests.output.emissions import telling_sets

_COOL_DOWN_DAYS = 7
_WRITTEN = ("assets/frameworks", "skill.yaml", "scripts", "pyproject.toml", "uv.lock")
_EPILOG = """\
examples:
  uv run poe freshen                   releases that are at least seven days old
  uv run poe freshen --cool-down 0     those of today too, such as a security fix
  uv run poe freshen --hold msgspec    one package stays as it is
  uv run poe freshen --only-new        for a new add-on: what the lock lacks comes in, all else stays as it is

exit codes: 0 committed, or nothing is newer · 4 a release, or a floor, turned a gate red: it is named
"""


def main(arguments: Sequence[str]) -> int:
    """Freshen the lock of every framework."""
    options = _parser().parse_args(arguments)
    catalogue = load()
    with tempfile.TemporaryDirectory(prefix="freshen-") as scratch:
        run = Run(Path(scratch), Skill.copied(SKILL_ROOT, Path(scratch, "skill")), f"{options.cool_down} days")
        if not options.only_new:
            run.skill.take_uv(newest("uv", run.exclude_newer))
        for framework in catalogue.frameworks:
            lock = catalogue.proven_lock(framework.name)
            hold = versions(lock) if options.only_new else options.hold
            rows = telling_sets(framework.name)
            if not run.freshen(framework.name, lock, rows[:1] if options.only_new else rows, hold):
                return 4
        return _commit(run.skill, catalogue)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="poe freshen", description=__doc__, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cool-down", metavar="DAYS", type=int, default=_COOL_DOWN_DAYS, help="default: 7")
    parser.add_argument("--only-new", action="store_true", help="take only what the lock does not have yet")
    parser.add_argument("--hold", metavar="PACKAGE", action="append", default=[], help="leave its version as it is")
    return parser


@dataclass(frozen=True, slots=True)
class Run:
    """One run in a scratch directory; `skill` is the copy that holds what has been proven so far."""

    scratch: Path
    skill: Skill
    cool_down: str

    @property
    def exclude_newer(self) -> str:
        """The option by which uv leaves out releases that are younger."""
        return f"--exclude-newer={self.cool_down}"

    def freshen(self, framework: str, before: Path, rows: Sequence[tuple[str, ...]], hold: Collection[str]) -> bool:
        """Prove the newest versions and the floors of one framework; say what is red, and return whether nothing is."""
        everything = rows[0]
        pyproject = self.skill.emit(self._new("emitted"), framework, everything)
        after = self._resolve(pyproject, before, hold)
        changed = changes(before, after)
        for name, (old, new) in changed.items():
            print(f"  {name} {old or 'new'} -> {new or 'gone'}")
        if not changed:
            print(f"{framework}: nothing is newer")
            return True
        self.skill.take_lock(framework, after, versions(after)["ruff"])
        for row in rows:
            if red := self._build(framework, row):
                self._blame(framework, row, changed, pyproject, before)
                _print_red(row, red)
                return False
        return self._prove_floors(framework, everything, after)

    def _blame(
        self,
        framework: str,
        row: tuple[str, ...],
        changed: Mapping[str, tuple[str, str]],
        pyproject: Path,
        before: Path,
    ) -> None:
        """Say which release turned the gates red."""

        def is_red(taken: Sequence[str]) -> bool:
            lock = self._resolve(pyproject, before, [name for name in versions(before) if name not in taken])
            self.skill.take_lock(framework, lock, versions(lock)["ruff"])
            return bool(self._build(framework, row))

        if is_red(()):
            print("red with the versions that were proven, too: mend the templates first")
        else:
            name = culprit(list(changed), is_red)
            print(f"{name} {' -> '.join(changed[name])} broke it; --hold {name} leaves its version as it is")

    def _prove_floors(self, framework: str, row: tuple[str, ...], proven: Path) -> bool:
        """Build on the lowest versions that are allowed; a floor that is too low becomes the proven version."""
        new = versions(proven)
        self.skill.take_floors({"ruff": new["ruff"]})  # the formatter and what it formatted belong together
        while red := self._red_at_floors(framework, row, proven, list(_floors(self.skill))):
            names = sorted(_floors(self.skill))

            def is_red(low: Sequence[str]) -> bool:
                return bool(self._red_at_floors(framework, row, proven, low))

            if is_red(()):
                print("red at the floors only, and no single floor is to blame")
                _print_red(row, red)
                return False
            low = culprit(names, is_red)
            print(f"  {low}: its floor becomes {new[low]}")
            self.skill.take_floors({low: new[low]})
        self.skill.take_lock(framework, proven, new["ruff"])
        return True

    def _red_at_floors(
        self, framework: str, row: tuple[str, ...], proven: Path, low: Sequence[str]
    ) -> tuple[RedGate, ...]:
        """Build with the packages in `low` at their floors, the others as proven."""
        new = versions(proven)
        trial = Skill.copied(self.skill.root, self._new("floors"))
        trial.take_floors({name: new[name] for name in _floors(trial) if name not in low and name in new})
        lock = resolve(
            trial.emit(self._new("emitted"), framework, row), self._new("lock"), "--resolution=lowest-direct"
        )
        trial.take_lock(framework, lock, versions(lock)["ruff"])
        return self._build(framework, row, trial)

    def _resolve(self, pyproject: Path, start: Path, keep: Collection[str]) -> Path:
        return resolve(pyproject, self._new("lock"), self.exclude_newer, start=start, keep=keep)

    def _build(self, framework: str, row: tuple[str, ...], skill: Skill | None = None) -> tuple[RedGate, ...]:
        red = (skill or self.skill).build(self._new("built"), framework, row)
        print(f"  {', '.join(row) or 'bare'}: {'red' if red else 'green'}", flush=True)
        return red

    def _new(self, kind: str) -> Path:
        return next(path for path in (self.scratch / f"{kind}-{n}" for n in count()) if not path.exists())


def _floors(skill: Skill) -> Mapping[str, str]:
    return yaml.safe_load((skill.root / "skill.yaml").read_text(encoding="utf-8"))["packages"]


def _print_red(row: Sequence[str], red: Sequence[RedGate]) -> None:
    for gate in red:
        print(f"{gate.name} red with {', '.join(row) or 'nothing'}: {gate.note}")
        print("".join(f"    {line}\n" for line in gate.lines), end="")


def _commit(proven: Skill, catalogue: Catalogue) -> int:
    """Take over what was proven in the copy, and commit it by itself."""
    proven.hand_over(SKILL_ROOT, [framework.name for framework in catalogue.frameworks])
    _ = subprocess.run(["uv", "lock", "--quiet"], cwd=SKILL_ROOT, check=True)
    git = ["git", "-C", str(SKILL_ROOT)]
    if subprocess.run([*git, "diff", "--quiet", "HEAD", "--", *_WRITTEN], check=False).returncode == 0:
        return 0
    message = "Prove the newest releases, and lock them for what is emitted"
    return subprocess.run([*git, "commit", "--quiet", "-m", message, "--", *_WRITTEN], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A process of its own that writes the plan and meets with trouble on the way. Orders come as JSON on stdin.

It stands for the run that is killed, starved or stopped, so that tests can look at what such a run leaves on a disk.
"""

import errno
import importlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypedDict, cast

from scaffold.disk import moves
from scaffold.disk.writing import write
from scaffold.errors import SkillError
from tests.faults.plans import PLAN, contents

CHANGING = ("mkdir", "open", "write", "link", "unlink", "rename", "replace", "rmdir", "fchmod", "fchown")
TAKING_SPACE = frozenset({"mkdir", "open", "write", "link"})


@dataclass(frozen=True, slots=True)
class Orders:
    """What to do, where, and which trouble to meet; `plain` takes the system's own rename call away."""

    target: str
    do: str = "run"
    template: str = ""
    work: str = ""
    trouble: str = ""
    at: int = 0
    plain: bool = False
    uid: int | None = None
    file_size: int | None = None


class Outcome(TypedDict):
    """How one run ended: exit code or minus the signal, what it said, and each call it made that changes the disk."""

    code: int
    problems: list[tuple[str, str]]
    calls: list[str]
    left: dict[str, str]


@dataclass(slots=True)
class Trouble:
    """Counts the calls that change the disk and strikes at the chosen one: before it, or half way through a write."""

    kind: str
    at: int
    calls: list[str] = field(default_factory=list[str])

    def install(self, *, plain: bool) -> None:
        for name in CHANGING:
            setattr(os, name, self._watched(name, getattr(os, name)))
        moves.rename = _unsupported if plain else self._watched("system call", moves.rename)

    def _watched(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        def watched(*arguments: object, **options: object) -> object:
            if name == "open" and not cast("int", arguments[1]) & os.O_CREAT:
                return call(*arguments, **options)
            self.calls.append(name)
            if self._strikes(name):
                if name == "write" and self.kind != "SIGSTOP":
                    half = bytes(cast("bytes", arguments[1]))
                    call(arguments[0], half[: len(half) // 2])
                self._strike()
            return call(*arguments, **options)

        return watched

    def _strikes(self, name: str) -> bool:
        full = self.kind == "ENOSPC" and name in TAKING_SPACE
        return len(self.calls) == self.at or (full and len(self.calls) > self.at > 0)

    def _strike(self) -> None:
        if self.kind in {"SIGKILL", "SIGSTOP"}:
            os.kill(os.getpid(), signal.Signals[self.kind])
        else:
            number = int(getattr(errno, self.kind))
            raise OSError(number, os.strerror(number))


def _unsupported(*_: object) -> bool:
    return False


def run(orders: Orders) -> Outcome:
    """Write the plan in this process."""
    if orders.file_size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (orders.file_size, orders.file_size))
    if orders.uid is not None:
        os.setgroups([])
        os.setgid(orders.uid)
        os.setuid(orders.uid)
    trouble = Trouble(orders.trouble, orders.at)
    trouble.install(plain=orders.plain)
    code, problems = 0, list[tuple[str, str]]()
    try:
        write(PLAN, Path(orders.target))
    except SkillError as error:
        code, problems = error.exit_code, [(problem.where, problem.message) for problem in error.problems]
    return {"code": code, "problems": problems, "calls": trouble.calls, "left": {}}


def run_forked(orders: Orders) -> Outcome:
    """Write the plan in a child, whose end this process survives."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        outcome = run(orders)
        with os.fdopen(writing, "w") as pipe:
            json.dump(outcome, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return json.loads(said) if said else {"code": code, "problems": [], "calls": [], "left": {}}


def run_at_every_call(orders: Orders) -> list[Outcome]:
    """Run with trouble at the first call, the second …, each in its own copy of the template; the last meets none."""
    outcomes: list[Outcome] = []
    while not outcomes or outcomes[-1]["code"] or len(outcomes[-1]["calls"]) >= len(outcomes):
        at = len(outcomes) + 1
        home = Path(orders.work, str(at))
        shutil.copytree(orders.template, home, symlinks=True)
        outcomes.append(run_forked(replace(orders, at=at, target=str(home / orders.target))))
    return outcomes


def run_on_small_disks(orders: Orders) -> list[Outcome]:
    """Run on a disk that has room for one file, for two …, until it is enough. Needs a mount namespace of its own."""
    outcomes: list[Outcome] = []
    disk = Path(orders.work)
    while not outcomes or outcomes[-1]["code"]:
        room = f"nr_inodes={len(outcomes) + 2}" if orders.do == "inodes" else f"size={4 * (len(outcomes) + 1)}k"
        subprocess.run(["mount", "-t", "tmpfs", "-o", room, "tmpfs", disk], check=True)
        outcome = run_forked(replace(orders, target=str(disk / orders.target)))
        outcome["left"] = {path: content.decode() for path, content in contents(disk).items()}
        outcome["left"] |= {f"{path.relative_to(disk)}/": "" for path in disk.rglob("*") if path.is_dir()}
        outcomes.append(outcome)
        subprocess.run(["umount", disk], check=True)
    return outcomes


def main() -> None:
    # Loaded once for all children, and while the interpreter's own home is in reach.
    importlib.import_module("ctypes")
    orders = Orders(**json.load(sys.stdin))
    match orders.do:
        case "run":
            outcomes = [run(orders)]
        case "every call":
            outcomes = run_at_every_call(orders)
        case _:
            outcomes = run_on_small_disks(orders)
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    main()

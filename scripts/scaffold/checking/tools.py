"""The programs the skill calls: a uv that really runs in a given directory, and git for the first commit."""

import importlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from scaffold.checking.environment import for_uv
from scaffold.checking.processes import Finished, run
from scaffold.checking.results import RepositoryKind, RepositoryState
from scaffold.errors import MachineError, Problem

_OLDEST_UV = (0, 8)
_UV_SECONDS = 30.0
_GIT_SECONDS = 60.0
_UV_VERSION = re.compile(r"^uv (\d+)\.(\d+)\S*", re.MULTILINE)

# A hook, a signing key, a file watcher or a housekeeping run of the user's is not for a generated first commit.
_GIT_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "commit.gpgSign=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "user.useConfigOnly=true",
)
# Set inside a git hook, these would point the new repository at the caller's.
_GIT_LOCATIONS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX")


def find_uv(cwd: Path) -> str:
    """Find a uv, new enough, and seen to run in `cwd`: a shim may answer elsewhere and not there."""
    refused: list[str] = []
    for candidate in dict.fromkeys(_uv_candidates()):
        answer = run([candidate, "--version"], cwd=cwd, env=for_uv(os.environ), limit=_UV_SECONDS)
        reason = _why_not(answer)
        if reason is None:
            return candidate
        refused.append(f"{candidate} ({reason})")
    got = ", ".join(refused[:3]) or "none"
    raise MachineError([Problem("uv", f"got {got}; expected uv 0.8 or newer; try pip install -U uv")])


def init_repository(target: Path, name: str = "", shortcomings: str = "") -> RepositoryState:
    """Make `target`, the project `name`, a repository with one commit, which says what about the tree is not green.

    What git cannot do is said, never raised.
    """
    here = target.resolve()
    root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), None)
    if root is not None:
        place = "the directory is one already" if root == here else f"it lies within the one at {root}"
        return RepositoryState(RepositoryKind.EXISTING, f"no repository was made: {place}")
    git = shutil.which("git")
    if git is None:
        return RepositoryState(RepositoryKind.ABSENT, "no repository was made: git is not on PATH")
    subject = f"Bootstrap {name or here.name}"
    return _first_commit(git, target, f"{subject} ({shortcomings})" if shortcomings else subject)


def _uv_candidates() -> Iterator[str]:
    # `uv run` leaves the path of the real executable in UV, past any shim.
    if named := os.environ.get("UV"):
        yield named
    for folder in os.get_exec_path(for_uv(os.environ)):
        if folder and (found := shutil.which("uv", path=folder)):
            yield found
    with suppress(ImportError, AttributeError, FileNotFoundError):
        yield str(importlib.import_module("uv").find_uv_bin())


def _why_not(answer: Finished) -> str | None:
    if answer.overdue:
        return f"no answer within {_UV_SECONDS:.0f} s"
    found = _UV_VERSION.search(answer.output)
    if answer.code != 0 or found is None:
        said = " ".join(answer.output.split()[:12]) or "nothing"
        return f"exit {answer.code}: {said}" if answer.code is not None else said
    if (int(found[1]), int(found[2])) < _OLDEST_UV:
        return f"too old: {found[0]}"
    return None


def _first_commit(git: str, target: Path, subject: str) -> RepositoryState:
    steps = (
        (("init", "--quiet", "-b", "main"), RepositoryKind.ABSENT, "no repository was made"),
        (("add", "--all"), RepositoryKind.INITIALISED, "nothing was staged"),
        (("commit", "--quiet", "--no-verify", "-m", subject), RepositoryKind.STAGED, "staged, not committed"),
    )
    for arguments, so_far, undone in steps:
        finished = _git(git, target, *arguments)
        if finished.code != 0:
            return RepositoryState(so_far, f"{undone}: {_git_said(arguments[0], finished)}")
    return RepositoryState(RepositoryKind.COMMITTED)


def _git(git: str, target: Path, *arguments: str) -> Finished:
    settings = [part for setting in _GIT_SETTINGS for part in ("-c", setting)]
    return run([git, *settings, *arguments], cwd=target, env=_git_environment(), limit=_GIT_SECONDS)


def _git_environment() -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in _GIT_LOCATIONS}
    for part in ("NAME", "EMAIL"):
        if author := environment.get(f"GIT_AUTHOR_{part}"):
            environment.setdefault(f"GIT_COMMITTER_{part}", author)
    return environment | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _git_said(command: str, answer: Finished) -> str:
    if answer.overdue:
        return f"git {command} took longer than {_GIT_SECONDS:.0f} s"
    if "unknown switch `b'" in answer.output:
        return "git is older than 2.28 and cannot name the first branch"
    if "tell me who you are" in answer.output or "auto-detection is disabled" in answer.output:
        return "git has no user.name and user.email"
    lines = answer.output.strip().splitlines()
    return f"git {command} failed: {lines[0] if lines else f'exit {answer.code}'}"

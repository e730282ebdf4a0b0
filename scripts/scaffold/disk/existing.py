"""What stands where files are to be written: looked at without following a link, and without changing a thing."""

import os
import stat
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from scaffold.errors import ConflictError, Problem
from scaffold.plan import PlannedFile, WhenPresent

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW

_Tree: TypeAlias = "dict[str, PlannedFile | _Tree]"


class FileState(StrEnum):
    """What becomes of one planned file."""

    CREATED = "created"
    APPENDED = "appended"
    UNCHANGED = "unchanged"
    KEPT = "kept"


States = Mapping[str, FileState]


@dataclass(frozen=True, slots=True)
class Edit:
    """A file that gains lines: what it held when it was looked at, what it is to hold, its mode and owner."""

    path: str
    before: bytes
    after: bytes
    status: os.stat_result


@dataclass(frozen=True, slots=True)
class Survey:
    """What writing will come to. `absent` holds the topmost paths that do not exist yet, folders and files."""

    states: dict[str, FileState]
    absent: list[str]
    edits: list[Edit]
    problems: list[Problem]

    @property
    def due(self) -> list[Edit]:
        """The edits that change anything."""
        return [edit for edit in self.edits if edit.after != edit.before]


def survey(root: int | None, files: Sequence[PlannedFile]) -> Survey:
    """Compare the plan with the folder open as `root`, or with nothing; finds every conflict before it raises."""
    found = Survey({file.path: FileState.CREATED for file in files}, [], [], [])
    tree = _tree(files)
    if root is not None:
        _look_into(root, tree, "", found)
    if found.problems:
        raise ConflictError(sorted(found.problems, key=lambda problem: problem.where))
    return found


@contextmanager
def opened(root: int, path: str) -> Generator[int]:
    """Open the folder `path` below `root`, entered one component at a time so that a link on the way is an error."""
    here = os.dup(root)
    try:
        for part in filter(None, path.split("/")):
            deeper = os.open(part, FOLDER, dir_fd=here)
            os.close(here)
            here = deeper
        yield here
    finally:
        os.close(here)


def content(folder: int, name: str) -> bytes | None:
    """Read a regular file; anything else is None and not even opened, as a fifo would wait for a writer."""
    if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        return None
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    with os.fdopen(handle, "rb") as reader:
        return reader.read()


def stands(folder: int, path: str) -> bool:
    """Whether anything is there, a dangling link included."""
    try:
        os.stat(path, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def kind(mode: int) -> str:
    """Put a file type into words."""
    if stat.S_ISLNK(mode):
        return "a symlink"
    if stat.S_ISDIR(mode):
        return "a directory"
    return "a file" if stat.S_ISREG(mode) else "a special file"


def with_missing_lines(before: bytes, wanted: bytes) -> bytes:
    """Every byte of `before`, then the lines of `wanted` that it lacks, in its own line ends."""
    have = {line.rstrip() for line in before.removeprefix(b"\xef\xbb\xbf").splitlines()}
    missing = [line for line in dict.fromkeys(wanted.splitlines()) if line.strip() and line.rstrip() not in have]
    end = b"\r\n" if b"\r\n" in before else b"\n"
    gap = end if missing and before and not before.endswith(b"\n") else b""
    return before + gap + b"".join(line + end for line in missing)


def _tree(files: Sequence[PlannedFile]) -> _Tree:
    root: _Tree = {}
    for file in files:
        *folders, name = _parts(file.path)
        here = root
        for folder in folders:
            below = here.setdefault(folder, {})
            if isinstance(below, PlannedFile):
                raise _broken(file.path, f"{below.path} is planned as a file")
            here = below
        if name in here:
            raise _broken(file.path, "it is planned twice")
        here[name] = file
    return root


def _parts(path: str) -> list[str]:
    parts = path.split("/")
    if "\\" in path or "\0" in path or {"", ".", ".."} & set(parts):
        raise _broken(path, "expected a relative path with forward slashes")
    return parts


def _broken(path: str, reason: str) -> ValueError:
    return ValueError(f"cannot plan {path!r}: {reason}")


def _look_into(folder: int, tree: _Tree, prefix: str, found: Survey) -> None:
    standing = frozenset(os.listdir(folder))
    folded = {name.casefold(): name for name in standing}
    for name, planned in tree.items():
        if name in standing:
            _compare(folder, prefix + name, planned, found)
        elif twin := folded.get(name.casefold()):
            # One file on many disks, two on others: the project would not survive a checkout elsewhere.
            found.problems.append(Problem(prefix + name, f"got {twin}, which differs only in case: move it away"))
        else:
            found.absent.append(prefix + name)


def _compare(folder: int, path: str, planned: "PlannedFile | _Tree", found: Survey) -> None:
    name = path.rpartition("/")[2]
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    expected, fits = ("a file", stat.S_ISREG) if isinstance(planned, PlannedFile) else ("a directory", stat.S_ISDIR)
    if not fits(status.st_mode):
        found.problems.append(Problem(path, f"got {kind(status.st_mode)}, expected {expected}: move it away"))
    elif isinstance(planned, PlannedFile):
        _compare_file(folder, planned, status, found)
    else:
        with opened(folder, name) as deeper:
            _look_into(deeper, planned, f"{path}/", found)


def _compare_file(folder: int, planned: PlannedFile, status: os.stat_result, found: Survey) -> None:
    appends = planned.when_present is WhenPresent.APPEND_LINES
    comparable = appends or status.st_size == len(planned.content)
    standing = content(folder, planned.path.rpartition("/")[2]) if comparable else None
    if standing == planned.content:
        found.states[planned.path] = FileState.UNCHANGED
    elif appends:
        _plan_edit(planned, standing or b"", status, found)
    elif planned.when_present is WhenPresent.KEEP:
        found.states[planned.path] = FileState.KEPT
    else:
        found.problems.append(Problem(planned.path, "got other content, expected none: move it away"))


def _plan_edit(planned: PlannedFile, standing: bytes, status: os.stat_result, found: Survey) -> None:
    edit = Edit(planned.path, standing, with_missing_lines(standing, planned.content), status)
    found.edits.append(edit)
    found.states[planned.path] = FileState.UNCHANGED if edit.after == edit.before else FileState.APPENDED

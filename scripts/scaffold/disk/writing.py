"""Writes a plan to disk: all of it or nothing, and never over what somebody else wrote.

Everything is written to a hidden staging folder first and then moved to its place, whole, by moves that refuse to
replace. A target that does not exist is one such move, with the parents it lacks, so it is there complete or not at
all. In a directory that exists the moves are several: a failure takes them back, and what a kill leaves half done the
next run finishes, because it skips what is already as planned. When something else changes the target meanwhile, all
is taken back and looked at again, as if the run had started a moment later.
"""

import errno
import os
import stat
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scaffold.disk.existing import Edit, FileState, States, Survey, content, kind, opened, stands, survey
from scaffold.disk.moves import ASIDE, move_new, swap
from scaffold.disk.staging import Contents, Staging, staging, sweep
from scaffold.errors import ConflictError, MachineError, Problem, SkillError
from scaffold.plan import PlannedFile

_ATTEMPTS = 3
_CHANGED_MEANWHILE = frozenset(
    {errno.EEXIST, errno.ENOENT, errno.ENOTDIR, errno.ENOTEMPTY, errno.ELOOP, errno.EAGAIN, errno.ESTALE}
)


@dataclass(frozen=True, slots=True)
class _Ground:
    """The nearest directory that exists, open as `root`, and the names that lead from it to an absent target."""

    path: Path
    root: int
    absent: tuple[str, ...]

    def survey(self, files: Sequence[PlannedFile]) -> Survey:
        return survey(None if self.absent else self.root, files)

    def shown(self, path: str) -> Path:
        """Where the user will look for a planned path."""
        return self.path.joinpath(*self.absent, path)

    def staged(self, path: str) -> str:
        """Where staging holds it: staging stands for the target, or for the topmost directory that is absent."""
        return "/".join((*self.absent[1:], path))


class _ChangedMeanwhileError(MachineError):
    """Something else writes there too; looking again usually settles it."""


def write(files: Sequence[PlannedFile], target: Path) -> States:
    """Make `target` hold the plan, and say of each path what became of it; after a SkillError all is as it was."""
    for _ in range(_ATTEMPTS - 1):
        with suppress(_ChangedMeanwhileError):
            return _write_once(files, target)
    return _write_once(files, target)


def preview(files: Sequence[PlannedFile], target: Path) -> States:
    """Say what `write` would do, its conflicts included; touches nothing."""
    with _blaming(target), _ground(target) as ground:
        return ground.survey(files).states


def _write_once(files: Sequence[PlannedFile], target: Path) -> States:
    with _blaming(target), _ground(target) as ground:
        found = ground.survey(files)
        ours = _ours(ground, files, found)
        sweep(ground.root, ours)
        if {FileState.CREATED, FileState.APPENDED} & {*found.states.values()}:
            with staging(ground.root, ours) as stage:
                _fill(stage, ground, files, found)
                _publish(stage, ground, found)
        return found.states


@contextmanager
def _blaming(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        failure = _ChangedMeanwhileError if error.errno in _CHANGED_MEANWHILE else MachineError
        message = f"got {error.strerror}, expected to write there: make room or rights, or choose another place"
        raise failure([Problem(str(path), message)]) from error


@contextmanager
def _ground(target: Path) -> Generator[_Ground]:
    path, absent = target.absolute(), list[str]()
    while not path.exists() and not path.is_symlink():
        absent.insert(0, path.name)
        path = path.parent
    # Links above the target are how people arrange their disks; the target itself has to be a directory.
    mode = (path.stat() if absent and path.exists() else path.lstat()).st_mode
    if not stat.S_ISDIR(mode):
        raise ConflictError([Problem(str(path), f"got {kind(mode)}, expected a directory or nothing: move it away")])
    if ".." in absent:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | (0 if absent else os.O_NOFOLLOW))
    try:
        yield _Ground(path, root, tuple(absent))
    finally:
        os.close(root)


def _ours(ground: _Ground, files: Sequence[PlannedFile], found: Survey) -> Contents:
    ours: dict[str, tuple[bytes, ...]] = {ground.staged(file.path): (file.content,) for file in files}
    for edit in found.edits:
        # The next run sees the file after the edit, and what the edit replaced is how that begins.
        ours[edit.path] = ours[edit.path + ASIDE] = (*ours[edit.path], edit.after)
    return ours


def _fill(stage: Staging, ground: _Ground, files: Sequence[PlannedFile], found: Survey) -> None:
    for file in files:
        if found.states[file.path] is FileState.CREATED:
            with _blaming(ground.shown(file.path)):
                stage.add(ground.staged(file.path), file.content)
    for edit in found.due:
        with _blaming(ground.shown(edit.path)):
            stage.add(edit.path, edit.after, like=edit.status)


def _publish(stage: Staging, ground: _Ground, found: Survey) -> None:
    if ground.absent:
        move_new(ground.root, stage.name, ground.root, ground.absent[0])
        return
    try:
        for path in found.absent:
            with _blaming(ground.shown(path)), _place(ground, path) as (folder, name):
                move_new(stage.folder, path, folder, name)
        for edit in found.due:
            with _blaming(ground.shown(edit.path)):
                _replace(stage, ground, edit)
    except BaseException as failure:
        _take_back(stage, ground, found, failure)
        raise


@contextmanager
def _place(ground: _Ground, path: str) -> Generator[tuple[int, str]]:
    parent, _, name = path.rpartition("/")
    with opened(ground.root, parent) as folder:
        yield folder, name


def _replace(stage: Staging, ground: _Ground, edit: Edit) -> None:
    with _place(ground, edit.path) as (folder, name):
        swap(stage.folder, edit.path, folder, name)
    if content(stage.folder, edit.path) != edit.before:
        raise FileExistsError(errno.EEXIST, "an edit by somebody else")


def _take_back(stage: Staging, ground: _Ground, found: Survey, failure: BaseException) -> None:
    """Undo what was published; what resists is named beside the failure that made it necessary."""
    stuck: list[Problem] = []
    steps = {edit.path: partial(_withdraw_edit, stage, ground, edit) for edit in found.due}
    steps |= {path: partial(_withdraw_new, stage, ground, path) for path in found.absent}
    for path, withdraw in steps.items():
        try:
            with suppress(FileNotFoundError):
                withdraw()
        except OSError as error:
            message = f"was written and could not be taken back ({error.strerror}): run again to finish"
            stuck.append(Problem(str(ground.shown(path)), message))
    if stuck and isinstance(failure, SkillError):
        raise MachineError([*failure.problems, *stuck]) from failure


def _withdraw_new(stage: Staging, ground: _Ground, path: str) -> None:
    if stands(stage.folder, path):
        return
    with _place(ground, path) as (folder, name):
        os.rename(name, path, src_dir_fd=folder, dst_dir_fd=stage.folder)
        if not stage.holds_only_ours(path):
            move_new(stage.folder, path, folder, name)
            raise FileExistsError(errno.EEXIST, "it was changed since")


def _withdraw_edit(stage: Staging, ground: _Ground, edit: Edit) -> None:
    if content(stage.folder, edit.path) == edit.after:
        return
    with _place(ground, edit.path) as (folder, name):
        swap(stage.folder, edit.path, folder, name)
        if content(stage.folder, edit.path) != edit.after:
            swap(stage.folder, edit.path, folder, name)
            raise FileExistsError(errno.EEXIST, "it was changed since")

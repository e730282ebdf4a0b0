"""The hidden folder in which files are made ready, on the same file system as the place they will be moved to."""

import fcntl
import os
import re
import shutil
import stat
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from scaffold.disk.existing import content, opened, stands

_PREFIX = ".setting-up-python-backends-"
_LEFTOVER = re.compile(re.escape(_PREFIX) + "[0-9a-f]{16}")

# What may stand in a staging folder: for each path the whole contents it may have, or have the beginning of.
Contents = Mapping[str, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Staging:
    """The folder `name` below `root`, open as `folder`."""

    root: int
    name: str
    folder: int
    ours: Contents

    def add(self, path: str, content: bytes, like: os.stat_result | None = None) -> None:
        """Write one file, with the owner and mode of another one where that is given."""
        self._make_folders(path)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=self.folder)
        try:
            _write(handle, content)
            if like:
                _resemble(handle, like)
        finally:
            os.close(handle)

    def holds_only_ours(self, path: str) -> bool:
        """Whether deleting `path` would lose nothing that anybody else wrote."""
        return _is_ours(self.folder, path, self.ours)

    def _make_folders(self, path: str) -> None:
        parent = path.rpartition("/")[0]
        if parent and not stands(self.folder, parent):
            self._make_folders(parent)
            os.mkdir(parent, dir_fd=self.folder)


@contextmanager
def staging(root: int, ours: Contents) -> Generator[Staging]:
    """Make a staging folder below `root`, held until the end and then deleted, unless it was moved to its place."""
    name = _PREFIX + os.urandom(8).hex()
    with _readable_by_all():
        os.mkdir(name, dir_fd=root)
        try:
            with opened(root, name) as folder:
                _hold(folder)
                yield Staging(root, name, folder, ours)
        finally:
            with suppress(OSError):
                _clear(root, name, ours)


def sweep(root: int, ours: Contents) -> None:
    """Delete what runs that were killed left below `root`; what a live run holds, or holds anything else, stays."""
    for name in filter(_LEFTOVER.fullmatch, os.listdir(root)):
        with suppress(OSError), opened(root, name) as folder:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _clear(root, name, ours)


@contextmanager
def _readable_by_all() -> Generator[None]:
    """Make files with mode 0644 and folders with 0755: an image, say, is built by one user and read by another."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def _hold(folder: int) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise  # another run took this folder for a leftover before it was held, and is deleting it
    except OSError:
        return  # no locks on this file system: then nobody sweeps here either


def _clear(root: int, name: str, ours: Contents) -> None:
    whole = {f"{name}/{path}": contents for path, contents in ours.items()}
    if _is_ours(root, name, whole):
        shutil.rmtree(name, dir_fd=root)


def _is_ours(folder: int, path: str, ours: Contents) -> bool:
    if stat.S_ISDIR(os.stat(path, dir_fd=folder, follow_symlinks=False).st_mode):
        with opened(folder, path) as inside:
            names = os.listdir(inside)  # noqa: PTH208 - a folder that is open, not a path
            return all(_is_ours(folder, f"{path}/{name}", ours) for name in names)
    held = content(folder, path)
    return held is not None and any(whole.startswith(held) for whole in ours.get(path, ()))


def _write(handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _resemble(handle: int, like: os.stat_result) -> None:
    with suppress(PermissionError):
        os.fchown(handle, like.st_uid, like.st_gid)
    os.fchmod(handle, stat.S_IMODE(like.st_mode))

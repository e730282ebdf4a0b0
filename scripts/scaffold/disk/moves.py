"""Moves within one file system that never replace anything unseen, and exchanges that lose neither side."""

import errno
import os
import stat
import sys
from collections.abc import Callable
from enum import Enum
from functools import lru_cache

from scaffold.disk.existing import stands

ASIDE = "~"

_UNSUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM})

_Rename = Callable[[int, bytes, int, bytes, int], int]


class Rename(Enum):
    """A rename beyond POSIX, with its flag on Linux (renameat2) and on macOS (renameatx_np)."""

    TO_NEW = (1, 4)
    EXCHANGE = (2, 2)


def move_new(source: int, name: str, target: int, new: str) -> None:
    """Move `name` of the folder `source` to `new` in `target`, where anything at all makes it a FileExistsError."""
    if rename(Rename.TO_NEW, source, name, target, new):
        return
    if stat.S_ISDIR(os.stat(name, dir_fd=source, follow_symlinks=False).st_mode):
        _move_folder(source, name, target, new)
    else:
        os.link(name, new, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
        try:
            os.unlink(name, dir_fd=source)
        except OSError:
            os.unlink(new, dir_fd=target)
            raise


def swap(source: int, name: str, target: int, other: str) -> None:
    """Exchange two files; `other` is there at every moment, and what it was ends up at `name`."""
    if rename(Rename.EXCHANGE, source, name, target, other):
        return
    os.rename(name, name + ASIDE, src_dir_fd=source, dst_dir_fd=source)
    os.link(other, name, src_dir_fd=target, dst_dir_fd=source, follow_symlinks=False)
    try:
        os.replace(name + ASIDE, other, src_dir_fd=source, dst_dir_fd=target)
    except OSError:
        os.replace(name + ASIDE, name, src_dir_fd=source, dst_dir_fd=source)
        raise


def rename(how: Rename, source: int, name: str, target: int, new: str) -> bool:
    """Rename by the system's own call; False where the system, or this file system, has none."""
    call = _system_call()
    if call is None:
        return False
    failure = call(source, os.fsencode(name), target, os.fsencode(new), how.value[sys.platform == "darwin"])
    if failure and failure not in _UNSUPPORTED:
        raise OSError(failure, os.strerror(failure), new)
    return not failure


def _move_folder(source: int, name: str, target: int, new: str) -> None:
    # A plain rename fails on anything but an empty directory, so the worst it can do within the moment after this
    # look is to take the place of one; a claim by mkdir would shut even that gap, but a kill would leave it behind.
    if stands(target, new):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)
    os.rename(name, new, src_dir_fd=source, dst_dir_fd=target)


@lru_cache(maxsize=1)
def _system_call() -> _Rename | None:
    """Find the call, to answer 0 or an errno. POSIX has none that leaves an empty directory alone, hence ctypes."""
    try:
        import ctypes  # noqa: PLC0415 - takes milliseconds that only writing should pay

        library = ctypes.CDLL(None, use_errno=True)
        call = library.renameatx_np if sys.platform == "darwin" else library.renameat2
    except (ImportError, OSError, AttributeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)

    def answer(source: int, name: bytes, target: int, new: bytes, flag: int) -> int:
        return ctypes.get_errno() if call(source, name, target, new, flag) else 0

    return answer

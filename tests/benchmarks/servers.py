"""Servers under measurement: started on a core of their own, watched from outside, stopped by us and only them."""

import contextlib
import http.client
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffold.checking.processes import read_output, started

LOOPBACK = "127.0.0.1"
_START_SECONDS = 30.0


class NotServingError(Exception):
    """A server that was to be measured does not answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `seconds_to_start` and `cpu_to_start` are what its first 200 took."""

    pid: int
    port: int
    seconds_to_start: float
    cpu_to_start: float

    def cpu_seconds(self) -> float:
        """Return the processor time it and its workers have used so far, to the nanosecond."""
        return sum(_cpu_seconds(pid) for pid in _with_children(self.pid))

    def resident_kib(self) -> int:
        """Return the memory it holds."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def request(self, method: str, path: str, body: str | None = None, token: str = "") -> bytes:
        """Return what is answered, or raise when it is not a success."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=5)
        with contextlib.closing(connection):
            bearing = {"Authorization": f"Bearer {token}"} if token else {}
            connection.request(method, path, body, {"Content-Type": "application/json", **bearing})
            answer = connection.getresponse()
            content = answer.read()
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            message = f"{method} {path} gave {answer.status}: {content[:300]!r}"
            raise NotServingError(message)
        return content


@contextlib.contextmanager
def serving(command: Sequence[str], *, cwd: Path, settings: Mapping[str, str]) -> Generator[Server]:
    """Start a server that listens on $PORT, wait for its first 200, and stop it in the end."""
    port = free_port()
    env = {**clean_environment(), "HOST": LOOPBACK, "PORT": str(port), **settings}
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        with pinned(server_core()), started(command, cwd=cwd, env=env, output=output) as process:
            os.sched_setaffinity(0, {client_core()})
            if not _answers(process, port):
                raise NotServingError(read_output(output))
            yield Server(process.pid, port, time.perf_counter() - begin, _cpu_seconds(process.pid))


def clean_environment() -> dict[str, str]:
    """Return the caller's environment without what changes how Python runs, such as not writing bytecode."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


@contextlib.contextmanager
def pinned(core: int) -> Generator[None]:
    """Stay on one core, as children that are started meanwhile will."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def server_core() -> int:
    """Return the core for servers; the client has another where there is one."""
    return max(os.sched_getaffinity(os.getppid()))


def client_core() -> int:
    """Return the core for the client."""
    return min(os.sched_getaffinity(os.getppid()))


def _cpu_seconds(pid: int) -> float:
    # The clock of another process: MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED) of the C library.
    return time.clock_gettime(~pid << 3 | 2)


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text(encoding="ascii").split():
            yield from _with_children(int(child))


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
            with contextlib.closing(connection):
                connection.request("GET", "/healthz")
                return connection.getresponse().status == http.HTTPStatus.OK
        time.sleep(0.002)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port

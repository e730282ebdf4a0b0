"""The gate that starts the backend for real, asks it a few questions, and stops it as a platform would."""

import contextlib
import http.client
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass

from scaffold.checking.bench import Bench
from scaffold.checking.migrations import migrate, throwaway_server
from scaffold.checking.processes import read_output, started
from scaffold.checking.results import GateResult, GateStatus, green, last_lines, not_run, red
from scaffold.record.checks import Companion

_LOOPBACK = "127.0.0.1"
_POLL_SECONDS = 0.02
_ANSWER_SECONDS = 5.0
_MOST_READ = 65_536
_UNKNOWN_PATH = "/no-such-path-a3f1"
_VARYING = re.compile(r"[0-9a-f-]{8,}|\d+")
_ADDRESS_IN_USE = re.compile(r"address already in use|EADDRINUSE", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a backend may take to start, to be ready after that, and to stop."""

    start: float = 30.0
    ready: float = 5.0
    stop: float = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request; `status` 0 stands for no answer at all."""

    status: int
    media_type: str = ""

    def __str__(self) -> str:
        return f"{self.status} {self.media_type}".rstrip() if self.status else "no answer"


def boot(bench: Bench, patience: Patience | None = None) -> GateResult:
    """Start, alive, ready, problem details for an unknown path, SIGTERM, exit 0."""
    settings = {"APP_ENV": "development", "HOST": _LOOPBACK}
    if bench.project.package is None:
        return red("there is no src/*/__main__.py to start with python -m")
    with contextlib.ExitStack() as stack:
        if schema := bench.checks.schema:
            server = stack.enter_context(throwaway_server(bench, schema.server))
            if isinstance(server, GateResult):
                return server
            migrated = migrate(bench, schema, server, schema.up)
            if migrated.status is not GateStatus.GREEN:
                return not_run(f"no schema to start on: {migrated.note}", migrated.lines)
            settings |= server
        for companion in bench.checks.companions:
            run = _running(bench, companion) if companion.settings else throwaway_server(bench, companion.arguments)
            beside = stack.enter_context(run)
            if isinstance(beside, GateResult):
                return beside
            settings |= beside
        return _serve(bench, settings, patience or Patience(), ports_to_try=4)


@contextlib.contextmanager
def _running(bench: Bench, companion: Companion) -> Generator[dict[str, str]]:
    """Run what the backend needs beside it, and give the settings that name it.

    Nothing is made of it when it does not listen: the backend then says what it misses.
    """
    port = _free_port()
    settings = {name: value.format(port=port) for name, value in companion.settings.items()}
    command = [str(bench.tool("python")), *companion.arguments]
    variables = bench.variables({"APP_ENV": "development", **settings})
    with (
        tempfile.TemporaryFile(buffering=0) as output,
        started(command, cwd=bench.project.root, env=variables, output=output) as process,
    ):
        deadline = time.monotonic() + _ANSWER_SECONDS
        while process.poll() is None and not _listens(port) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        yield settings


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((_LOOPBACK, port), timeout=_ANSWER_SECONDS):
        return True
    return False


def _serve(bench: Bench, settings: Mapping[str, str], patience: Patience, ports_to_try: int) -> GateResult:
    problems, output = _serve_once(bench, settings, patience)
    if not problems:
        return green()
    # Between our finding a free port and the backend's binding it, somebody else may have taken it.
    if ports_to_try > 1 and _ADDRESS_IN_USE.search(output):
        return _serve(bench, settings, patience, ports_to_try - 1)
    return red("; ".join(problems), last_lines(_distinct(output), str(bench.project.root)))


def _serve_once(bench: Bench, settings: Mapping[str, str], patience: Patience) -> tuple[list[str], str]:
    port = _free_port()
    command = [str(bench.tool("python")), "-m", str(bench.project.package)]
    variables = bench.variables({**settings, "PORT": str(port)})
    with tempfile.TemporaryFile(buffering=0) as output:
        with started(command, cwd=bench.project.root, env=variables, output=output) as process:
            problems = _Visit(process, port).problems(patience)
        return problems, read_output(output)


@dataclass(frozen=True, slots=True)
class _Visit:
    process: subprocess.Popen[bytes]
    port: int

    def problems(self, patience: Patience) -> list[str]:
        if unborn := self._wait_for("/healthz", patience.start):
            return [unborn]
        found: list[str] = []
        for check in (
            lambda: self._wait_for("/readyz", patience.ready),
            self._unknown_path,
            lambda: self._stop(patience.stop),
        ):
            if self.process.poll() is not None:
                return found or [f"exited {self.process.returncode} before it was asked to stop"]
            found.extend(filter(None, [check()]))
        return found

    def _wait_for(self, path: str, seconds: float) -> str | None:
        deadline = time.monotonic() + seconds
        while True:
            answer = self._get(path, min(_ANSWER_SECONDS, max(deadline - time.monotonic(), _POLL_SECONDS)))
            if answer.status == http.HTTPStatus.OK:
                return None
            if self._exited_within(_POLL_SECONDS):
                return f"exited {self.process.returncode} before GET {path} was answered 200"
            # Only silence and a server's own trouble pass with time.
            if 0 < answer.status < http.HTTPStatus.INTERNAL_SERVER_ERROR:
                return f"GET {path} gave {answer}; expected 200"
            if time.monotonic() > deadline:
                return f"GET {path} gave {answer} for {seconds:g} s; expected 200"

    def _unknown_path(self) -> str | None:
        answer = self._get(_UNKNOWN_PATH, _ANSWER_SECONDS)
        if answer == Answer(http.HTTPStatus.NOT_FOUND, "application/problem+json"):
            return None
        return f"GET on an unknown path gave {answer}; expected 404 application/problem+json"

    def _stop(self, seconds: float) -> str | None:
        self.process.send_signal(signal.SIGTERM)
        if not self._exited_within(seconds):
            return f"still running {seconds:g} s after SIGTERM"
        code = self.process.returncode
        return f"exited {code} after SIGTERM; expected 0" if code else None

    def _get(self, path: str, timeout: float) -> Answer:
        connection = http.client.HTTPConnection(_LOOPBACK, self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            response = connection.getresponse()
            response.read1(_MOST_READ)
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            connection.close()
        return Answer(response.status, response.headers.get_content_type() if response.headers["content-type"] else "")

    def _exited_within(self, seconds: float) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=seconds)
        return self.process.returncode is not None


def _distinct(output: str) -> str:
    """Leave one line, the last, of those that differ only in numbers and ids, as access log lines do."""
    lines = output.splitlines()
    last = {_VARYING.sub("", line): number for number, line in enumerate(lines)}
    return "\n".join(lines[number] for number in sorted(last.values()))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])

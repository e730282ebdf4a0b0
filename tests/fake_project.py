"""A project whose uv and tools are small shell scripts: gates run real processes, and nothing is installed."""

import os
import select
import sys
from dataclasses import dataclass
from pathlib import Path

from scaffold.checking.bench import Bench, read_project
from scaffold.checking.gates import run_gates
from scaffold.checking.results import GateResult, Verification
from scaffold.errors import Problem
from scaffold.record import CHECKS
from scaffold.record.record import checks_text

SYNCED = "exit 0"
TESTED = """\
for argument in "$@"; do
  case "$argument" in --junitxml=*) echo '{report}' > "${{argument#*=}}" ;; esac
done
exit {code}
"""
SCHEMA = {
    "tool": "alembic",
    "probe": ["current"],
    "up": ["upgrade", "head"],
    "down": ["downgrade", "base"],
    "drift": ["check"],
    "variable": "DATABASE_URL",
    "nowhere": "sqlite:////nowhere/at-all",
    "server": ["-m", "throwaway"],
}
DATABASE_SERVER = """\
import json
import signal
import tempfile

signals = {signal.SIGTERM, signal.SIGINT}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
with tempfile.TemporaryDirectory() as folder:
    print("starting", flush=True)
    print(json.dumps({"DATABASE_URL": f"sqlite:///{folder}/database"}), flush=True)
    signal.sigwait(signals)
"""
ONE_TEST = '<testsuites><testsuite><testcase name="a"/></testsuite></testsuites>'

SERVER = """\
import http.server, os, signal, sys
from pathlib import Path

ANSWERS = {"/healthz": (200, "text/plain"), "/readyz": (200, "application/json")}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, kind = ANSWERS.get(self.path, (404, "application/problem+json"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", "0")
        self.end_headers()


signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
"""
SERVE = """\
http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"""


@dataclass(frozen=True, slots=True)
class FakeProject:
    """Where everything green; a test replaces the tool or the server that it is about."""

    root: Path
    uv: Path

    @property
    def scripts(self) -> Path:
        return self.root / ".venv" / "bin"

    def tool(self, name: str, body: str) -> None:
        script(self.scripts / name, body)

    def sync(self, body: str) -> None:
        """Make `uv sync` do this; what it is called with goes to the file uv-calls."""
        version = 'echo "uv 0.13.9 (test)"'
        calls = self.root / "uv-calls"
        lock = self.root / "uv-locks"
        script(
            self.uv,
            f'echo "$@" >> {calls}\ncase "$1" in\n--version) {version} ;;\n'
            f"lock) [ ! -e {lock} ] || . {lock} ;;\nsync) {body} ;;\nesac",
        )

    def lock(self, body: str) -> None:
        """Make `uv lock --directory DIR` do this, as the shell that sees DIR as $3."""
        (self.root / "uv-locks").write_text(body)

    def pytest(self, report: str, code: int = 0) -> None:
        self.tool("pytest", TESTED.format(report=report, code=code))

    def server(self, before: str = "", after: str = SERVE) -> None:
        """Make `python -m tiny` a server, changed by `before` it listens."""
        (self.root / "src" / "tiny" / "__main__.py").write_text(SERVER + before + "\n" + after)

    def needs(self, **declared: object) -> None:
        """Record what its gates need, as the manifests of features declare it."""
        (self.root / CHECKS).parent.mkdir(exist_ok=True)
        (self.root / CHECKS).write_text(checks_text(declared))

    def with_database(self) -> None:
        """Record a schema; what Alembic is called with, and on which database, goes to the file alembic-calls."""
        self.needs(schema=SCHEMA)
        self.database_server(DATABASE_SERVER)
        calls = self.root / "alembic-calls"
        self.tool("alembic", f'echo "$@ $DATABASE_URL" >> {calls}\necho used > "${{DATABASE_URL#sqlite:///}}"')

    def database_server(self, source: str) -> None:
        (self.root / "src" / "throwaway.py").write_text(source)

    def bench(self, scratch: Path) -> Bench:
        facts = read_project(self.root)
        assert not isinstance(facts, Problem)
        return Bench(facts, str(self.uv), scratch, self.scripts)


def fake_project(folder: Path) -> FakeProject:
    """Everything about it is green."""
    project = FakeProject(folder / "tiny", folder / "uv")
    (project.root / "src" / "tiny").mkdir(parents=True)
    (project.root / "pyproject.toml").write_text('[project]\nname = "tiny"\nversion = "0.1.0"\n')
    project.scripts.mkdir(parents=True)
    (project.root / ".venv" / "pyvenv.cfg").touch()
    project.needs()
    for name in ("ruff", "basedpyright", "lint-imports"):
        project.tool(name, "exit 0")
    project.tool("python", f'PYTHONPATH=src exec {sys.executable} -S "$@"')
    project.sync(SYNCED)
    project.pytest(ONE_TEST)
    project.server()
    return project


def gate(verification: Verification, name: str) -> GateResult:
    return next(gate for gate in verification.gates if gate.name == name)


def only(project: FakeProject, name: str) -> GateResult:
    return gate(run_gates(project.root, ["sync", name]), name)


def script(path: Path, body: str) -> None:
    path.unlink(missing_ok=True)  # a link would be written through
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


class Witness:
    """A pipe that a process opens and keeps: it says when the process is there, and when every holder is gone."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    @property
    def statement(self) -> str:
        """Python code by which a process, and what it starts, becomes a holder."""
        return (
            f"held = os.open({str(self.path)!r}, os.O_WRONLY); os.set_inheritable(held, True); os.write(held, b'here')"
        )

    def arrived(self) -> bool:
        return self._read() == b"here"

    def left(self) -> bool:
        return self._read() == b""

    def _read(self, seconds: float = 10.0) -> bytes | None:
        ready, _, _ = select.select([self._end], [], [], seconds)
        return os.read(self._end, 4) if ready else None

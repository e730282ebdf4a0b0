"""Backends that are really built: emitted by the command, installed, checked, served."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from scaffold.features.catalogue import SKILL_ROOT
from tests.interpreter import python_or_skip

SQL = """
import sys, psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    connection.execute(sys.argv[2])
"""


@dataclass(frozen=True, slots=True)
class Built:
    """A backend that was bootstrapped with --verify, and what the command said of it."""

    root: Path
    outcome: dict[str, Any]

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one of the backend's own tools."""
        tool, *arguments = command
        return subprocess.run(
            [self.root / ".venv/bin" / tool, *arguments],
            cwd=self.root,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


def build(target: Path, *options: str) -> Built:
    """Bootstrap a backend with all its checks, which have to pass."""
    _ = python_or_skip()
    command = [
        sys.executable,
        SKILL_ROOT / "scripts/bootstrap.py",
        "orders-api",
        "--into",
        target,
        "--verify",
        "--json",
    ]
    finished = subprocess.run([*command, *options], capture_output=True, text=True, check=False, timeout=280)
    outcome = json.loads(finished.stdout)
    assert finished.returncode == 0, (finished.stderr, outcome.get("verification"))
    return Built(target, outcome)


@contextmanager
def database(built: Built, server: str) -> Generator[str]:
    """Yield the URL of a new database on a server."""
    name = f"test_preset_{os.getpid()}"
    assert built.run("python", "-c", SQL, server, f"CREATE DATABASE {name}").returncode == 0
    try:
        yield re.sub(r"/[^/]*$", f"/{name}", server).replace("postgresql://", "postgres://")
    finally:
        dropped = built.run("python", "-c", SQL, server, f"DROP DATABASE {name} WITH (FORCE)")
    assert dropped.returncode == 0, dropped.stderr


@contextmanager
def serving(root: Path, *before: str, **environment: str) -> Generator[tuple[subprocess.Popen[str], int]]:
    """Yield the backend as a process, with the port that it listens on."""
    with subprocess.Popen(
        [*before, root / ".venv/bin/python", "-m", "orders_api"],
        cwd=root,
        env={**os.environ, "PORT": "0", "DRAIN_SECONDS": "0", **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, port_said(process.stdout)
        finally:
            process.kill()


def port_said(output: IO[str]) -> int:
    for line in output:
        event = json.loads(line)
        assert {"time", "level", "logger", "message"} <= event.keys()
        if listening := re.search(r"(?:running on|Listening at:) http://[\d.]+:(\d+)", event["message"]):
            return int(listening[1])
    pytest.fail("the server ended before it listened")

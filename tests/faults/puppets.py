"""Starting the puppet and reading what it reports."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.faults.puppet import Orders, Outcome

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "tests.faults.puppet")


def start(orders: Orders, wrapper: Sequence[str] = ()) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [*wrapper, *COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "scripts")))},
    )
    assert process.stdin
    process.stdin.write(json.dumps(orders))
    process.stdin.close()
    return process


def finish(process: subprocess.Popen[str]) -> list[Outcome]:
    assert process.stdout
    with process.stdout:
        said = process.stdout.read()
    assert process.wait() == 0
    return json.loads(said)


def play(orders: Orders, wrapper: Sequence[str] = ()) -> list[Outcome]:
    return finish(start(orders, wrapper))

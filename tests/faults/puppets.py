"""Starting the puppet and reading what it reports."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.faults.plans import Scene, lay_out
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
    process.stdin.write(json.dumps(asdict(orders)))
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


def play_at_every_call(work: Path, scene: Scene, trouble: str, *, plain: bool) -> list[tuple[Path, Outcome]]:
    """Trouble at the first call that changes the disk, the second …: where each run was at home, and how it ended."""
    template = lay_out(work / "template", scene.before)
    orders = Orders(scene.target, "every call", str(template), str(work), trouble, plain=plain)
    *troubled, whole = play(orders)
    assert len(troubled) == len(whole["calls"])
    assert {"mkdir", "open", "write"} < set(whole["calls"])
    return [(work / str(number), outcome) for number, outcome in enumerate(troubled, start=1)]

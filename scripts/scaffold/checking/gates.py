"""The gates, in order: which exist, which tool each needs, and how a run of them goes."""

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path

from scaffold.checking.bench import Bench, Project, read_project
from scaffold.checking.boot import boot
from scaffold.checking.commands import command
from scaffold.checking.environment import set_aside
from scaffold.checking.migrations import migrations
from scaffold.checking.processes import threads, unwinding_on_signals
from scaffold.checking.results import GateResult, GateStatus, Verification, last_lines, not_applicable, not_run
from scaffold.checking.run_tests import run_tests
from scaffold.checking.sync import find_scripts, sync
from scaffold.checking.tools import find_uv
from scaffold.errors import Problem, UsageError, unknown
from scaffold.record.checks import PATH


@dataclass(frozen=True, slots=True)
class Gate:
    """One question asked of a project; `tool` has to come from the project's own environment.

    One that `needs_record` needs what the project recorded for its gates. One that keeps a single core busy for long
    is asked `beside` those after it.
    """

    name: str
    check: Callable[[Bench], GateResult]
    tool: str = ""
    needs_record: bool = False
    needs_schema: bool = False
    beside: bool = False


GATES = (
    Gate("sync", sync),
    Gate("format", command("ruff", "format", "--check", ".", hint="try uv run poe fmt", limit=120), "ruff"),
    Gate("lint", command("ruff", "check", ".", hint="ruff check; uv run poe fmt fixes what it can", limit=120), "ruff"),
    Gate("types", command("basedpyright", hint="basedpyright", limit=600), "basedpyright", beside=True),
    Gate("boundaries", command("lint-imports", hint="lint-imports", limit=300, excerpt=last_lines), "lint-imports"),
    Gate("tests", run_tests, "pytest"),
    Gate("migrations", migrations, "python", needs_record=True, needs_schema=True),
    Gate("boot", boot, "python", needs_record=True),
)
GATE_NAMES = tuple(gate.name for gate in GATES)


def run_gates(
    project: Path,
    only: Sequence[str] = (),
    progress: Callable[[str], object] = lambda _: None,
    *,
    proven_lock: Path | None = None,
) -> Verification:
    """Run every gate, or `only` those; `progress` is told the name of each as it starts.

    A project without a lock gets the versions in `proven_lock`, or the newest.
    """
    facts = _facts(project.resolve(), only)
    chosen = [gate for gate in GATES if not only or gate.name in only]
    uv = find_uv(facts.root)
    with unwinding_on_signals(), tempfile.TemporaryDirectory(prefix="verify-") as scratch, threads(2) as aside:
        bench = Bench(facts, uv, Path(scratch), proven_lock=proven_lock)
        results = [started.result() for started in list(_started(chosen, bench, progress, aside))]
    ignored = set_aside(os.environ, facts.settings)
    return Verification(facts.name, tuple(results), ignored, complete=len(chosen) == len(GATES))


def _facts(root: Path, only: Iterable[str]) -> Project:
    facts = read_project(root)
    problems = unknown("--only", only, GATE_NAMES)
    if isinstance(facts, Problem):
        raise UsageError([facts, *problems])
    if problems:
        raise UsageError(problems)
    return facts


def _started(
    chosen: Sequence[Gate], bench: Bench, progress: Callable[[str], object], aside: Executor
) -> Iterator[Future[GateResult]]:
    obstacle = ""
    for gate in chosen:
        progress(gate.name)
        if gate.tool and not obstacle and bench.scripts is None:
            bench = replace(bench, scripts=find_scripts(bench.project.root))
            obstacle = "" if bench.scripts else "there is no environment; try uv sync"
        started = aside.submit(_result, gate, bench, obstacle)
        yield started
        if not gate.beside and started.result().status is not GateStatus.GREEN and not gate.tool:
            obstacle = f"{gate.name} is not green"


def _result(gate: Gate, bench: Bench, obstacle: str) -> GateResult:
    start = time.monotonic()
    found = _hindrance(gate, bench, obstacle) or gate.check(bench)
    return replace(found, name=gate.name, seconds=round(time.monotonic() - start, 2))


def _hindrance(gate: Gate, bench: Bench, obstacle: str) -> GateResult | None:
    if gate.needs_record and bench.project.checks is None:
        return not_run(f"there is no readable {PATH}, which says what it needs; try restoring it from git")
    if gate.needs_schema and bench.checks.schema is None:
        return not_applicable("the project has no schema under migration")
    if obstacle:
        return not_run(obstacle)
    if gate.tool and bench.tool(gate.tool) is None:
        return not_run(f"{gate.tool} is not installed in the project's environment")
    return None

"""The gates, in order: which exist, which tool each needs, and how a run of them goes."""

import difflib
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from scaffold.checking import commands
from scaffold.checking.bench import Bench, Project, read_project
from scaffold.checking.boot import boot
from scaffold.checking.environment import set_aside
from scaffold.checking.migrations import migrations
from scaffold.checking.processes import ending_children_on_signals
from scaffold.checking.results import GateResult, GateStatus, Outcome, Verification, not_applicable, not_run
from scaffold.checking.run_tests import run_tests
from scaffold.checking.sync import find_scripts, sync
from scaffold.checking.tools import find_uv
from scaffold.errors import Problem, UsageError
from scaffold.record.checks import PATH


@dataclass(frozen=True, slots=True)
class Gate:
    """One question asked of a project; `tool` has to come from the project's own environment.

    One that `needs_record` needs what the project recorded for its gates. One that keeps a single core busy for long
    is asked `beside` those after it.
    """

    name: str
    check: Callable[[Bench], Outcome]
    tool: str = ""
    needs_record: bool = False
    needs_schema: bool = False
    beside: bool = False


_Taken = tuple[GateResult, Outcome]

GATES = (
    Gate("sync", sync),
    Gate("format", commands.FORMAT, "ruff"),
    Gate("lint", commands.LINT, "ruff"),
    Gate("types", commands.TYPES, "basedpyright", beside=True),
    Gate("boundaries", commands.BOUNDARIES, "lint-imports"),
    Gate("tests", run_tests, "pytest"),
    Gate("migrations", migrations, "python", needs_record=True, needs_schema=True),
    Gate("boot", boot, "python", needs_record=True),
)
GATE_NAMES = tuple(gate.name for gate in GATES)


def run_gates(
    project: Path,
    only: Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
    *,
    proven_lock: Path | None = None,
) -> Verification:
    """Run every gate, or `only` those; `progress` is told the name of each as it starts.

    A project without a lock gets the versions in `proven_lock`, or the newest.
    """
    facts = _facts(project.resolve(), only)
    chosen = [gate for gate in GATES if not only or gate.name in only]
    uv = find_uv(facts.root)
    with ending_children_on_signals(), tempfile.TemporaryDirectory(prefix="verify-") as scratch:
        return _through(chosen, Bench(facts, uv, Path(scratch), proven_lock=proven_lock), progress or _silent)


def _facts(root: Path, only: Iterable[str]) -> Project:
    facts = read_project(root)
    problems = [_unknown(name) for name in only if name not in GATE_NAMES]
    if isinstance(facts, Problem):
        raise UsageError([facts, *problems])
    if problems:
        raise UsageError(problems)
    return facts


def _unknown(name: str) -> Problem:
    close = difflib.get_close_matches(name, GATE_NAMES, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return Problem("--only", f'got "{name}"; expected one of {", ".join(GATE_NAMES)}{hint}')


def _silent(_name: str) -> None:
    """Progress that nobody asked for."""


def _through(chosen: Sequence[Gate], bench: Bench, progress: Callable[[str], None]) -> Verification:
    with ThreadPoolExecutor(2) as aside:
        ended = [taken.result() for taken in list(_taken(chosen, bench, progress, aside))]
    return Verification(
        project=bench.project.name,
        gates=tuple(result for result, _ in ended),
        skipped=tuple(skip for _, outcome in ended for skip in outcome.skipped),
        lacks=tuple(problem for _, outcome in ended for problem in outcome.lacks),
        set_aside=set_aside(os.environ, bench.project.settings),
    )


def _taken(
    chosen: Sequence[Gate], bench: Bench, progress: Callable[[str], None], aside: Executor
) -> Iterator[Future[_Taken]]:
    obstacle = ""
    for gate in chosen:
        progress(gate.name)
        if gate.tool and not obstacle and bench.scripts is None:
            bench = replace(bench, scripts=find_scripts(bench.project.root))
            obstacle = "" if bench.scripts else "there is no environment; try uv sync"
        taken = aside.submit(_take, gate, bench, obstacle)
        yield taken
        if not gate.beside and taken.result()[0].status is not GateStatus.GREEN and not gate.tool:
            obstacle = f"{gate.name} is not green"


def _take(gate: Gate, bench: Bench, obstacle: str) -> tuple[GateResult, Outcome]:
    start = time.monotonic()
    outcome = _hindrance(gate, bench, obstacle) or gate.check(bench)
    seconds = round(time.monotonic() - start, 2)
    return GateResult(gate.name, outcome.status, seconds, outcome.lines, outcome.note), outcome


def _hindrance(gate: Gate, bench: Bench, obstacle: str) -> Outcome | None:
    if gate.needs_record and bench.project.checks is None:
        return not_run(f"there is no readable {PATH}, which says what it needs; try restoring it from git")
    if gate.needs_schema and bench.checks.schema is None:
        return not_applicable("the project has no schema under migration")
    if obstacle:
        return not_run(obstacle)
    if gate.tool and bench.tool(gate.tool) is None:
        return not_run(f"{gate.tool} is not installed in the project's environment")
    return None

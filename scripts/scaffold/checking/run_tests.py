"""The gate that runs the project's own tests, and says what they left out."""

import ast
from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from scaffold.checking.bench import Bench
from scaffold.checking.commands import judge
from scaffold.checking.results import GateResult, GateStatus, Skipped, green, not_run, red

_SECONDS = 1800.0
_NOTHING_COLLECTED = 5
_MOST_REASONS = 5
_WIDEST_REASON = 160


def run_tests(bench: Bench) -> GateResult:
    """Pytest as the project configures it; green needs at least one test that ran."""
    path = bench.scratch / "tests.xml"
    finished = bench.run("pytest", "--tb=short", "-rfE", f"--junitxml={path}", limit=_SECONDS)
    said = "\n".join(line for line in finished.output.splitlines() if str(path) not in line)
    outcome = judge(replace(finished, output=said), str(bench.project.root), "pytest")
    if finished.code == _NOTHING_COLLECTED:
        return red("pytest collected no tests", outcome.lines)
    if outcome.status is GateStatus.NOT_RUN:
        return outcome
    ran, reasons = _read_report(path)
    skipped = _bounded(reasons)
    if outcome.status is GateStatus.RED:
        return replace(outcome, skipped=skipped)
    return green(f"{ran} ran", skipped=skipped) if ran else not_run("pytest ran no test", skipped=skipped)


def _read_report(path: Path) -> tuple[int, Counter[str]]:
    """How many tests ran, and the reasons of those that did not."""
    try:
        cases = list(ET.parse(path).iter("testcase"))  # noqa: S314 - pytest wrote it, into our own directory
    except (OSError, ET.ParseError):
        return 0, Counter()
    skips = (skip for case in cases for skip in case.iter("skipped"))
    reasons = Counter(
        _reason(skip) for skip in skips if skip.get("type") != "pytest.xfail"
    )  # a failure that was expected did run
    return len(cases) - reasons.total(), reasons


def _reason(skip: ET.Element) -> str:
    message = skip.get("message") or "no reason given"
    if message == "collection skipped":  # a whole module: its reason stands in a (path, line, reason) tuple
        message = str(ast.literal_eval(skip.text or "('collection skipped',)")[-1])
    plain = " ".join(message.removeprefix("Skipped: ").split())
    return plain if len(plain) <= _WIDEST_REASON else f"{plain[: _WIDEST_REASON - 3]}..."


def _bounded(reasons: Counter[str]) -> tuple[Skipped, ...]:
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    shown = [Skipped(count, reason) for reason, count in ranked[:_MOST_REASONS]]
    rest = ranked[_MOST_REASONS:]
    others = [Skipped(sum(count for _, count in rest), f"{len(rest)} other reasons")] if rest else []
    return (*shown, *others)

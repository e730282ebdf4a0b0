"""A run of the gates in words, for people and agents, and as a document, for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from scaffold.checking.results import GateResult, GateStatus, Skipped, Verification

_RAN = (GateStatus.GREEN, GateStatus.RED)
_IN_DOCUMENT = ("name", "status", "seconds", "lines", "note")


def summary(verification: Verification) -> list[str]:
    """Every gate that ran with its seconds, what is wrong with each red one, and what did not run and why."""
    return [
        _ran([gate for gate in verification.gates if gate.status in _RAN], _verdict(verification)),
        *_red(verification.named(GateStatus.RED)),
        *_left_out("not run", verification.named(GateStatus.NOT_RUN)),
        *map(_skipped, verification.skipped),
        *_left_out("not applicable", verification.named(GateStatus.NOT_APPLICABLE)),
        *_set_aside(verification.set_aside),
    ]


def document(verification: Verification) -> dict[str, Any]:
    """Build what `--json` prints after a run; assets/schemas/verification.schema.json describes it."""
    return {
        "project": verification.project,
        "green": verification.green,
        "exit_code": verification.exit_code,
        "gates": [{key: getattr(gate, key) for key in _IN_DOCUMENT} for gate in verification.gates],
        "skipped_tests": [asdict(skip) for skip in verification.skipped],
        "problems": [asdict(problem) for problem in verification.lacks],
        "set_aside": list(verification.set_aside),
    }


def _ran(gates: Sequence[GateResult], verdict: str) -> str:
    taken = [
        f"{gate.name} {gate.seconds:.1f}{'' if position else ' s'}{' RED' if gate.status is GateStatus.RED else ''}"
        for position, gate in enumerate(gates)
    ]
    return f"  {'   '.join(taken) or 'nothing ran'}      {verdict}"


def _verdict(verification: Verification) -> str:
    if verification.green:
        return "all green" if verification.complete else "green"
    counts = ((len(verification.named(status)), status) for status in (GateStatus.RED, GateStatus.NOT_RUN))
    return ", ".join(f"{count} {status.replace('-', ' ')}" for count, status in counts if count) or "nothing to check"


def _red(gates: Sequence[GateResult]) -> Iterator[str]:
    for gate in gates:
        yield f"  {gate.name} red: {gate.note}"
        yield from (f"    {line}" for line in gate.lines)


def _skipped(skip: Skipped) -> str:
    return f"  not run: {skip.count} test{'' if skip.count == 1 else 's'} skipped: {skip.reason}"


def _left_out(how: str, gates: Sequence[GateResult]) -> Iterator[str]:
    for note, alike in groupby(gates, key=lambda gate: gate.note):
        group = list(alike)
        yield f"  {how}: {', '.join(gate.name for gate in group)}: {note}"
        yield from (f"    {line}" for gate in group for line in gate.lines)


def _set_aside(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"  set aside from your environment: {', '.join(names)}"

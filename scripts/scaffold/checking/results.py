"""What a run of the gates found, as data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scaffold.errors import MachineError, Problem

_MOST_LINES = 15
_WIDEST = 200
_GATE_FAILED = 4
# Around a heading, rulers are decoration; with fewer letters and digits than this a line is a ruler, a logo or blank.
_RULER = re.compile(r"^[=_-]{3,} ?| ?[=_-]{3,}$")
_FEWEST_CHARACTERS = 2


class GateStatus(StrEnum):
    """Green means that it ran and found nothing; everything else is not green."""

    GREEN = "green"
    RED = "red"
    NOT_RUN = "not-run"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Tests that the project's own suite left out, for one reason."""

    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a gate says of itself: a `note` in a few words, and of the output only the `lines` that matter."""

    status: GateStatus
    note: str = ""
    lines: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    lacks: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate, by name, with what it took."""

    name: str
    status: GateStatus
    seconds: float = 0.0
    lines: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """Every gate that was asked for, in order.

    `lacks` is what the machine would need for the rest to run, `set_aside` names what the caller had set for nothing.
    """

    project: str
    gates: tuple[GateResult, ...]
    skipped: tuple[Skipped, ...] = ()
    lacks: tuple[Problem, ...] = ()
    set_aside: tuple[str, ...] = ()

    def named(self, status: GateStatus) -> tuple[GateResult, ...]:
        """Pick the gates that ended so."""
        return tuple(gate for gate in self.gates if gate.status is status)

    @property
    def green(self) -> bool:
        """Something ran, and nothing that applies was red or left out."""
        ended = {gate.status for gate in self.gates}
        return GateStatus.GREEN in ended and not ended & {GateStatus.RED, GateStatus.NOT_RUN}

    @property
    def shortcomings(self) -> str:
        """Name each gate that is red or did not run, in few words; nothing when all is green."""
        named = {
            status.replace("-", " "): ", ".join(gate.name for gate in self.named(status))
            for status in (GateStatus.RED, GateStatus.NOT_RUN)
        }
        return "; ".join(f"{how}: {names}" for how, names in named.items() if names)

    @property
    def exit_code(self) -> int:
        """What the command line promises for this."""
        if self.green:
            return 0
        return MachineError.exit_code if self.lacks and not self.named(GateStatus.RED) else _GATE_FAILED


def green(note: str = "", skipped: Sequence[Skipped] = ()) -> Outcome:
    """Say that it ran and found nothing."""
    return Outcome(GateStatus.GREEN, note, skipped=tuple(skipped))


def red(note: str, lines: Sequence[str] = (), skipped: Sequence[Skipped] = ()) -> Outcome:
    """Say that it ran and found something."""
    return Outcome(GateStatus.RED, note, tuple(lines), tuple(skipped))


def not_run(note: str, lines: Sequence[str] = (), skipped: Sequence[Skipped] = ()) -> Outcome:
    """Say that it could not run."""
    return Outcome(GateStatus.NOT_RUN, note, tuple(lines), tuple(skipped))


def not_applicable(note: str) -> Outcome:
    """Say that the project has nothing of the kind."""
    return Outcome(GateStatus.NOT_APPLICABLE, note)


def first_lines(output: str, root: str) -> tuple[str, ...]:
    """Pick the lines that matter of a linter: the first problems, and how much more there is."""
    lines = _meaningful(output, root)
    if len(lines) <= _MOST_LINES:
        return tuple(lines)
    return (*lines[: _MOST_LINES - 1], f"... {len(lines) - _MOST_LINES + 1} more lines")


def last_lines(output: str, root: str) -> tuple[str, ...]:
    """Pick the lines that matter of a program that failed: where it ended."""
    return tuple(_meaningful(output, root)[-_MOST_LINES:])


def _meaningful(output: str, root: str) -> list[str]:
    plain = (_RULER.sub("", line.rstrip()).replace(f"{root}/", "") for line in output.splitlines())
    lines = [line for line in plain if sum(map(str.isalnum, line)) >= _FEWEST_CHARACTERS]
    return [line if len(line) <= _WIDEST else f"{line[: _WIDEST - 3]}..." for line in lines]

"""What came of checking a backend, as data: the gates, and its repository."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

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
class GateResult:
    """What a gate found: a `note` in a few words, and of the output only the `lines` that matter.

    Whoever runs the gate adds its name and what it took.
    """

    status: GateStatus
    note: str = ""
    lines: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    lacks: tuple[Problem, ...] = ()
    name: str = ""
    seconds: float = 0.0


green = partial(GateResult, GateStatus.GREEN)
red = partial(GateResult, GateStatus.RED)
not_run = partial(GateResult, GateStatus.NOT_RUN)
not_applicable = partial(GateResult, GateStatus.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Verification:
    """The gates that were asked for, in order; `complete` tells whether these are all that there are.

    `set_aside` names what the caller had set for nothing.
    """

    project: str
    gates: tuple[GateResult, ...]
    set_aside: tuple[str, ...] = ()
    complete: bool = False

    def named(self, status: GateStatus) -> tuple[GateResult, ...]:
        """Pick the gates that ended so."""
        return tuple(gate for gate in self.gates if gate.status is status)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The tests that were left out."""
        return tuple(skip for gate in self.gates for skip in gate.skipped)

    @property
    def lacks(self) -> tuple[Problem, ...]:
        """What the machine would need for the rest to run."""
        return tuple(problem for gate in self.gates for problem in gate.lacks)

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


class RepositoryKind(StrEnum):
    """How far the new project got into git."""

    COMMITTED = "committed"
    STAGED = "staged"
    INITIALISED = "initialised"
    EXISTING = "existing"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class RepositoryState:
    """What became of the repository; `note` says what was not done and why, and is empty after a commit."""

    kind: RepositoryKind
    note: str = ""


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

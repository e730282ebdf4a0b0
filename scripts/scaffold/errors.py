"""What can go wrong, each with the exit code the command line promises for it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: `where` it is (an option, a path, a tool) and what was got, expected and to try."""

    where: str
    message: str


class SkillError(Exception):
    """A failure the user can act on; `problems` holds every one that was found, not just the first."""

    headline: ClassVar[str]
    exit_code: ClassVar[int]

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("; ".join(f"{problem.where}: {problem.message}" for problem in self.problems))


class UsageError(SkillError):
    """The arguments cannot be carried out as they stand."""

    headline = "cannot start"
    exit_code = 2


class ConflictError(SkillError):
    """Carrying on would overwrite something; nothing was written."""

    headline = "nothing written"
    exit_code = 3


class MachineError(SkillError):
    """The machine lacks something: a tool, a Python, the network, room or rights to write."""

    headline = "this machine lacks something"
    exit_code = 5


def refusal_lines(error: SkillError) -> list[str]:
    """Return what a command prints of a failure, and the exit code that goes with it."""
    count = len(error.problems)
    headline = f"{error.headline}: {count} problem{'' if count == 1 else 's'}"
    width = max(len(problem.where) for problem in error.problems)
    lines = [f"  {problem.where:<{width}}  {problem.message}" for problem in error.problems]
    return [headline, *lines, f"exit {error.exit_code}"]


def refusal_document(error: SkillError) -> dict[str, object]:
    """Return the same for programs; assets/schemas/refusal.schema.json describes it."""
    return {"exit_code": error.exit_code, "problems": [asdict(problem) for problem in error.problems]}


def unknown(where: str, words: Iterable[str], known: Sequence[str]) -> list[Problem]:
    """Return a problem for every word that is not known, with the one that was meant where that can be told."""
    return [
        Problem(where, f'got "{word}"; expected one of {", ".join(known)}{did_you_mean(word, known)}')
        for word in dict.fromkeys(words)
        if word not in known
    ]


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return ' (did you mean x?)' when a known word is close, else nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it, and starting is to stay quick

    close = get_close_matches(word, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""

"""The gates that are one command each: a tool says that all is well by exiting 0."""

from collections.abc import Callable
from dataclasses import dataclass

from scaffold.checking.bench import Bench
from scaffold.checking.processes import Finished
from scaffold.checking.results import Outcome, first_lines, green, last_lines, not_run, red

Excerpt = Callable[[str, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CommandGate:
    """Runs one tool of the project's environment; `hint` is what a red gate says first."""

    tool: str
    arguments: tuple[str, ...]
    limit: float
    hint: str
    excerpt: Excerpt

    def __call__(self, bench: Bench) -> Outcome:
        """Run it and say how it went."""
        finished = bench.run(self.tool, *self.arguments, limit=self.limit)
        return judge(finished, str(bench.project.root), self.hint, self.excerpt)


def judge(finished: Finished, root: str, hint: str, excerpt: Excerpt = last_lines) -> Outcome:
    """Green only for a command that ran to its end and exited 0."""
    if finished.code is None:
        return not_run(finished.output)
    if finished.overdue:
        return red(f"ended for taking too long; {hint}", excerpt(finished.output, root))
    if finished.code < 0:
        return red(f"killed by signal {-finished.code}; {hint}", excerpt(finished.output, root))
    return green() if finished.code == 0 else red(hint, excerpt(finished.output, root))


FORMAT = CommandGate("ruff", ("format", "--check", "."), 120.0, "try uv run poe fmt", first_lines)
LINT = CommandGate("ruff", ("check", "."), 120.0, "ruff check; uv run poe fmt fixes what it can", first_lines)
TYPES = CommandGate("basedpyright", (), 600.0, "basedpyright", first_lines)
BOUNDARIES = CommandGate("lint-imports", (), 300.0, "lint-imports", last_lines)

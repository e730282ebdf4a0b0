"""The gates that are one command each: a tool says that all is well by exiting 0."""

from collections.abc import Callable

from scaffold.checking.bench import Bench
from scaffold.checking.processes import Finished
from scaffold.checking.results import GateResult, first_lines, green, last_lines, not_run, red

Excerpt = Callable[[str, str], tuple[str, ...]]


def command(
    tool: str, *arguments: str, hint: str, limit: float, excerpt: Excerpt = first_lines
) -> Callable[[Bench], GateResult]:
    """Return a gate that runs one tool of the project's environment; `hint` is what it says first when it is red."""
    return lambda bench: judge(bench.run(tool, *arguments, limit=limit), str(bench.project.root), hint, excerpt)


def judge(finished: Finished, root: str, hint: str, excerpt: Excerpt = last_lines) -> GateResult:
    """Green only for a command that ran to its end and exited 0."""
    if finished.code is None:
        return not_run(finished.output)
    if finished.overdue:
        hint = f"ended for taking too long; {hint}"
    elif finished.code < 0:
        hint = f"killed by signal {-finished.code}; {hint}"
    elif finished.code == 0:
        return green()
    return red(hint, excerpt(finished.output, root))

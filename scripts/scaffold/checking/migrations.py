"""The gate that takes the migrations up, down and up again, and compares them with the models."""

import contextlib
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import cast

from scaffold.checking.bench import Bench
from scaffold.checking.commands import judge
from scaffold.checking.processes import read_output, started
from scaffold.checking.results import GateResult, GateStatus, green, last_lines, not_applicable, not_run, red
from scaffold.record.checks import Schema

_STEP_SECONDS = 300.0
_SERVER_SECONDS = 90.0
_POLL_SECONDS = 0.02

Settings = Mapping[str, str]


def migrations(bench: Bench) -> GateResult:
    """Up, down, up and no drift, on a database that is thrown away."""
    schema = bench.checks.schema
    if schema is None:
        return not_applicable("the project has no schema under migration")
    if bench.tool(schema.tool) is None:
        return not_run(f"{schema.tool} is not installed in the project's environment")
    nowhere = {schema.variable: schema.nowhere}
    if bench.run(schema.tool, *schema.probe, limit=_STEP_SECONDS, settings=nowhere).code == 0:
        # Taking the schema down would drop the tables of whatever database it does use.
        return red(f"{schema.tool} does not use what {schema.variable} names, so nothing was migrated")
    with throwaway_server(bench, schema.server) as settings:
        if isinstance(settings, GateResult):
            return settings
        steps = (schema.up, schema.down, schema.up, schema.drift)
        outcomes = (migrate(bench, schema, settings, step) for step in steps)
        return next((outcome for outcome in outcomes if outcome.status is not GateStatus.GREEN), green())


def migrate(bench: Bench, schema: Schema, settings: Settings, step: Sequence[str]) -> GateResult:
    """Take one step on the database that `settings` name."""
    finished = bench.run(schema.tool, *step, limit=_STEP_SECONDS, settings=settings)
    return judge(finished, str(bench.project.root), f"{schema.tool} {' '.join(step)}")


@contextlib.contextmanager
def throwaway_server(bench: Bench, arguments: Sequence[str]) -> Generator[Settings | GateResult]:
    """Yield the settings that a process with these arguments announces; without any, what it said."""
    command = [str(bench.tool("python")), *arguments]
    variables = bench.variables({"APP_ENV": "development"})
    with (
        tempfile.TemporaryFile(buffering=0) as output,
        started(command, cwd=bench.project.root, env=variables, output=output) as server,
    ):
        settings = _announced(server, lambda: read_output(output))
        yield settings or not_run(
            "what it needs could not be started", last_lines(read_output(output), str(bench.project.root))
        )


def _announced(server: subprocess.Popen[bytes], said: Callable[[], str]) -> Settings | None:
    """Wait for the line of settings, unless the server ends first or takes too long."""
    deadline = time.monotonic() + _SERVER_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        for line in said().splitlines(keepends=True):
            if line.startswith("{") and line.endswith("\n"):
                return cast("Settings", json.loads(line))
        time.sleep(_POLL_SECONDS)
    return None

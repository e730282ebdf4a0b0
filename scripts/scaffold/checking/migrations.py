"""The gate that takes the migrations up, down and up again, and compares them with the models."""

from collections.abc import Sequence
from pathlib import Path

from scaffold.checking.bench import Bench
from scaffold.checking.commands import judge
from scaffold.checking.results import GateResult, GateStatus, green, not_applicable, not_run, red
from scaffold.record.checks import Schema

_STEP_SECONDS = 300.0


def migrations(bench: Bench) -> GateResult:
    """Up, down, up and no drift, on a database that is thrown away."""
    schema = bench.checks.schema
    if schema is None:
        return not_applicable("the project has no schema under migration")
    if bench.tool(schema.tool) is None:
        return not_run(f"{schema.tool} is not installed in the project's environment")
    return _round_trip(bench, schema)


def _round_trip(bench: Bench, schema: Schema) -> GateResult:
    file = bench.scratch / "round-trip.db"
    for step in (schema.up, schema.down, schema.up, schema.drift):
        if step == schema.down and not (file.exists() and file.stat().st_size):
            # Going on would drop the tables of whatever database they did run on.
            return red(f"{schema.tool} did not use what {schema.variable} names, so nothing was taken down")
        outcome = _take(bench, schema, file, step)
        if outcome.status is not GateStatus.GREEN:
            return outcome
    _ = file.rename(_at_head(bench))
    return green()


def migrated_schema(bench: Bench, schema: Schema) -> tuple[GateResult, dict[str, str]]:
    """Give settings that name a database at head: the round trip's if that ended well, else one of its own."""
    file = _at_head(bench)
    outcome = green() if file.exists() else _take(bench, schema, file, schema.up)
    return outcome, schema.settings(file)


def _take(bench: Bench, schema: Schema, file: Path, step: Sequence[str]) -> GateResult:
    finished = bench.run(schema.tool, *step, limit=_STEP_SECONDS, settings=schema.settings(file))
    return judge(finished, str(bench.project.root), f"{schema.tool} {' '.join(step)}")


def _at_head(bench: Bench) -> Path:
    return bench.scratch / "at-head.db"

"""The gate that takes the migrations up, down and up again, and compares them with the models."""

from collections.abc import Sequence
from pathlib import Path

from scaffold.checking.bench import Bench
from scaffold.checking.commands import judge
from scaffold.checking.results import GateStatus, Outcome, green, not_applicable, not_run, red
from scaffold.record.checks import Schema

_STEP_SECONDS = 300.0
_ROUND_TRIP = "round-trip"


def migrations(bench: Bench) -> Outcome:
    """Up, down, up and no drift, on a database that is thrown away."""
    schema = bench.checks.schema
    if schema is None:
        return not_applicable("the project has no schema under migration")
    if bench.tool(schema.tool) is None:
        return not_run(f"{schema.tool} is not installed in the project's environment")
    return _round_trip(bench, schema)


def _round_trip(bench: Bench, schema: Schema) -> Outcome:
    file = _file(bench, _ROUND_TRIP)
    for step in (schema.up, schema.down, schema.up, schema.drift):
        if step == schema.down and not _is_used(file):
            # Going on would drop the tables of whatever database they did run on.
            return red(f"{schema.tool} did not use what {schema.variable} names, so nothing was taken down")
        outcome = _take(bench, schema, file, step)
        if outcome.status is not GateStatus.GREEN:
            return outcome
    _marker(bench).touch()
    return green()


def migrated_schema(bench: Bench, schema: Schema) -> tuple[Outcome, dict[str, str]]:
    """Give settings that name a database at head: the round trip's if that ended well, else one of its own."""
    if _marker(bench).exists():
        return green(), schema.settings(_file(bench, _ROUND_TRIP))
    file = _file(bench, "boot")
    return _take(bench, schema, file, schema.up), schema.settings(file)


def _take(bench: Bench, schema: Schema, file: Path, step: Sequence[str]) -> Outcome:
    finished = bench.run(schema.tool, *step, limit=_STEP_SECONDS, settings=schema.settings(file))
    return judge(finished, str(bench.project.root), f"{schema.tool} {' '.join(step)}")


def _file(bench: Bench, name: str) -> Path:
    return bench.scratch / f"{name}.db"


def _marker(bench: Bench) -> Path:
    return bench.scratch / "at-head"


def _is_used(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0

"""The gate that takes the migrations up, down and up again, and compares them with the models."""

from pathlib import Path

from scaffold.gate_bench import Bench
from scaffold.gate_commands import judge
from scaffold.gate_results import GateStatus, Outcome, green, red

_STEP_SECONDS = 300.0
_UP = ("upgrade", "head")
_STEPS = (_UP, ("downgrade", "base"), _UP, ("check",))
_ROUND_TRIP = "round-trip"


def migrations(bench: Bench) -> Outcome:
    """Up, down, up and no drift, on a SQLite file that is thrown away."""
    path, _ = bench.throw_away_database(_ROUND_TRIP)
    for step in _STEPS:
        if step[0] == "downgrade" and not _is_used(path):
            # Going on would drop the tables of whatever database they did run on.
            return red("alembic did not use the database that DATABASE_URL names, so nothing was taken down")
        outcome = _alembic(bench, _ROUND_TRIP, *step)
        if outcome.status is not GateStatus.GREEN:
            return outcome
    _marker(bench).touch()
    return green()


def migrated_database(bench: Bench) -> tuple[Outcome, dict[str, str]]:
    """Give settings that name a database at head: the round trip's if that ended well, else one of its own."""
    if _marker(bench).exists():
        return green(), bench.throw_away_database(_ROUND_TRIP)[1]
    return _alembic(bench, "boot", *_UP), bench.throw_away_database("boot")[1]


def _alembic(bench: Bench, database: str, *step: str) -> Outcome:
    _, settings = bench.throw_away_database(database)
    finished = bench.run("alembic", *step, limit=_STEP_SECONDS, settings=settings)
    return judge(finished, str(bench.project.root), f"alembic {' '.join(step)}")


def _marker(bench: Bench) -> Path:
    return bench.scratch / "at-head"


def _is_used(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0

from pathlib import Path

import pytest

from scaffold.checking.gates import run_gates
from scaffold.checking.results import GateStatus
from tests.fake_project import FakeProject, gate, only

GREEN = GateStatus.GREEN
RED = GateStatus.RED
NOT_RUN = GateStatus.NOT_RUN
NOT_APPLICABLE = GateStatus.NOT_APPLICABLE


def test_without_a_database_migrations_do_not_apply_and_are_no_failure(project: FakeProject) -> None:
    verification = run_gates(project.root, ["sync", "migrations"])

    assert gate(verification, "migrations").status is NOT_APPLICABLE
    assert (verification.green, verification.exit_code) == (True, 0)


def test_migrations_go_up_down_up_and_are_compared_on_a_database_that_is_thrown_away(project: FakeProject) -> None:
    project.with_database()

    run_gates(project.root, ["sync", "migrations"])

    calls = [line.rsplit(" ", 1) for line in (project.root / "alembic-calls").read_text().splitlines()]
    assert [step for step, _ in calls] == ["current", "upgrade head", "downgrade base", "upgrade head", "check"]
    assert len({url for _, url in calls[1:]}) == 1
    path = Path(calls[-1][1].removeprefix("sqlite:///"))
    assert path.is_absolute()
    assert not path.parent.exists()


def test_a_drift_is_red_with_what_alembic_said(project: FakeProject) -> None:
    project.with_database()
    with (project.scripts / "alembic").open("a") as file:
        file.write('[ "$1" = current ] && exit 1\n')
        file.write('[ "$1" = check ] && echo "FAILED: New upgrade operations detected" && exit 255\nexit 0\n')

    result = only(project, "migrations")

    assert (result.status, result.note) == (RED, "alembic check")
    assert result.lines == ("FAILED: New upgrade operations detected",)


def test_nothing_is_migrated_when_the_setting_does_not_say_on_which_database(project: FakeProject) -> None:
    project.with_database()
    project.tool("alembic", f'echo "$1" >> {project.root}/alembic-calls')

    result = only(project, "migrations")

    assert result.status is RED
    assert "nothing was migrated" in result.note
    assert (project.root / "alembic-calls").read_text() == "current\n"


@pytest.mark.parametrize("name", ["migrations", "boot"])
def test_without_a_database_to_be_had_a_gate_is_not_run_and_shows_what_the_server_said(
    project: FakeProject, name: str
) -> None:
    project.with_database()
    project.database_server("raise SystemExit('no wheel for this platform')")

    result = only(project, name)

    assert (result.status, result.lines) == (NOT_RUN, ("no wheel for this platform",))


def test_boot_starts_on_a_migrated_database_that_is_removed_afterwards(project: FakeProject) -> None:
    project.with_database()
    project.server(before="assert Path(os.environ['DATABASE_URL'].partition(':///')[2]).read_text()")

    assert only(project, "boot").status is GREEN
    step, url = (project.root / "alembic-calls").read_text().split(" sqlite:///")
    assert step == "upgrade head"
    assert not Path(url.strip()).parent.exists()


def test_boot_is_not_run_when_the_database_cannot_be_migrated(project: FakeProject) -> None:
    project.with_database()
    project.tool("alembic", "echo 'ImportError: no module'; exit 1")

    result = only(project, "boot")

    assert (result.status, result.note) == (NOT_RUN, "no schema to start on: alembic upgrade head")
    assert result.lines == ("ImportError: no module",)

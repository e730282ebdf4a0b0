import os
import shlex
import sys
from pathlib import Path

import pytest

from scaffold.errors import UsageError
from scaffold.gate_results import GateResult, GateStatus, Skipped, Verification
from scaffold.gates import GATE_NAMES, run_gates
from tests.fake_project import FakeProject, fake_project

GREEN, RED, NOT_RUN, NOT_APPLICABLE = GateStatus


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeProject:
    project = fake_project(tmp_path)
    monkeypatch.setenv("UV", str(project.uv))
    return project


def gate(verification: Verification, name: str) -> GateResult:
    return next(gate for gate in verification.gates if gate.name == name)


def only(project: FakeProject, name: str) -> GateResult:
    return gate(run_gates(project.root, ["sync", name]), name)


def test_a_good_project_is_green_at_every_gate_in_order(project: FakeProject) -> None:
    project.with_database()
    started: list[str] = []

    verification = run_gates(project.root, progress=started.append)

    assert [(gate.name, gate.status) for gate in verification.gates] == [(name, GREEN) for name in GATE_NAMES]
    assert started == list(GATE_NAMES)
    assert (verification.project, verification.green, verification.exit_code) == ("tiny", True, 0)


def test_a_red_gate_shows_its_lines_with_paths_of_the_project(project: FakeProject) -> None:
    project.tool("ruff", f"echo; echo '====='; echo '{project.root}/src/a.py:1:8: F401 unused'; exit 1")

    verification = run_gates(project.root, ["sync", "lint", "types"])

    assert gate(verification, "lint").lines == ("src/a.py:1:8: F401 unused",)
    assert (gate(verification, "lint").status, gate(verification, "types").status) == (RED, GREEN)
    assert (verification.green, verification.exit_code) == (False, 4)


def test_many_lines_are_cut_to_the_first_and_a_count(project: FakeProject) -> None:
    project.tool("ruff", "seq -f 'a.py:%g:1: E501 too long' 40; exit 1")

    lines = only(project, "lint").lines

    assert (len(lines), lines[0], lines[-1]) == (15, "a.py:1:1: E501 too long", "... 26 more lines")


def test_a_very_long_line_is_cut(project: FakeProject) -> None:
    project.tool("ruff", "printf '%0500d' 7; exit 1")

    assert [len(line) for line in only(project, "lint").lines] == [200]


def test_colours_and_logos_are_left_out(project: FakeProject) -> None:
    project.tool("lint-imports", r"printf '╔══╗─▶╔╗\n----\n\033[31mlayers BROKEN\033[0m\n'; exit 1")

    assert only(project, "boundaries").lines == ("layers BROKEN",)


def test_what_needs_an_environment_is_not_run_when_sync_is_red(project: FakeProject) -> None:
    project.sync("echo 'error: failed to build tiny' >&2; exit 1")

    verification = run_gates(project.root)

    assert gate(verification, "sync").status is RED
    assert gate(verification, "sync").lines == ("error: failed to build tiny",)
    others = [gate for gate in verification.gates if gate.name not in {"sync", "migrations"}]
    assert {(gate.status, gate.note) for gate in others} == {(NOT_RUN, "sync is not green")}
    assert verification.exit_code == 4


def test_a_missing_lock_is_made_and_one_that_stands_is_not_changed(project: FakeProject) -> None:
    run_gates(project.root, ["sync"])
    (project.root / "uv.lock").touch()
    run_gates(project.root, ["sync"])

    calls = (project.root / "uv-calls").read_text().splitlines()
    assert [call for call in calls if call.startswith("sync")] == ["sync", "sync --locked"]


def test_the_lock_of_a_workspace_is_not_changed_either(project: FakeProject) -> None:
    (project.root.parent / "pyproject.toml").write_text('[tool.uv.workspace]\nmembers = ["*"]\n')
    (project.root.parent / "uv.lock").touch()

    run_gates(project.root, ["sync"])

    assert "sync --locked" in (project.root / "uv-calls").read_text().splitlines()


def test_a_stale_lock_says_what_to_try(project: FakeProject) -> None:
    (project.root / "uv.lock").touch()
    stale = "error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided."
    project.sync(f"echo {shlex.quote(stale)} >&2; exit 1")

    result = gate(run_gates(project.root, ["sync"]), "sync")

    assert (result.status, result.note) == (RED, "uv.lock does not match pyproject.toml; try uv lock")


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("error: No interpreter found for Python 3.15 in managed installations or search path", "python"),
        ("  cause: Failed to download `https://example.org/cpython-3.15.2%2B2026.tar.gz`", "python"),
        ("  cause: error sending request for url (http://example.org/simple/uvicorn/)", "network"),
        ("hint: Packages were unavailable because the network was disabled.", "network"),
    ],
)
def test_what_the_machine_lacks_is_named_and_is_no_fault_of_the_project(
    project: FakeProject, said: str, where: str
) -> None:
    project.sync(f"echo {shlex.quote(said)} >&2; exit 2")

    verification = run_gates(project.root)

    assert [problem.where for problem in verification.lacks] == [where]
    assert (gate(verification, "sync").status, verification.exit_code) == (NOT_RUN, 5)
    assert GREEN not in {gate.status for gate in verification.gates}


def test_without_an_environment_nothing_is_green(project: FakeProject) -> None:
    (project.root / ".venv" / "pyvenv.cfg").unlink()

    verification = run_gates(project.root, ["lint", "boot"])

    assert {(gate.status, gate.note) for gate in verification.gates} == {
        (NOT_RUN, "there is no environment; try uv sync")
    }
    assert verification.exit_code == 4


@pytest.mark.parametrize(
    ("name", "tool"),
    [("format", "ruff"), ("types", "basedpyright"), ("boundaries", "lint-imports"), ("tests", "pytest")],
)
def test_a_tool_that_only_stands_elsewhere_on_path_makes_no_gate_green(
    project: FakeProject, monkeypatch: pytest.MonkeyPatch, name: str, tool: str
) -> None:
    elsewhere = project.root.parent / "elsewhere"
    elsewhere.mkdir()
    (project.scripts / tool).rename(elsewhere / tool)
    monkeypatch.setenv("PATH", f"{elsewhere}:{os.environ['PATH']}")

    result = only(project, name)

    assert (result.status, result.note) == (NOT_RUN, f"{tool} is not installed in the project's environment")


def test_a_tool_that_cannot_be_started_makes_no_gate_green(project: FakeProject) -> None:
    (project.scripts / "ruff").write_text("#!/no/such/interpreter\n")

    result = only(project, "lint")

    assert result.status is NOT_RUN
    assert "No such file" in result.note


def test_a_tool_that_is_killed_is_red(project: FakeProject) -> None:
    project.tool("basedpyright", "kill -9 $$")

    result = only(project, "types")

    assert (result.status, result.note) == (RED, "killed by signal 9; basedpyright")


def test_only_the_gates_asked_for_run_in_their_own_order(project: FakeProject) -> None:
    verification = run_gates(project.root, ["types", "format"])

    assert [(gate.name, gate.status) for gate in verification.gates] == [("format", GREEN), ("types", GREEN)]
    assert "sync" not in (project.root / "uv-calls").read_text()


def test_every_wrong_argument_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        run_gates(tmp_path / "nowhere", ["lnt", "tests", "zzz"])

    first, second, third = caught.value.problems
    assert first.where == "DIR"
    assert "which has no readable pyproject.toml; expected the root of an emitted project" in first.message
    assert second.message.startswith('got "lnt"; expected one of sync, format, lint,')
    assert second.message.endswith("(did you mean lint?)")
    assert "did you mean" not in third.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[project", "is not valid TOML"),
        ("[tool.x]\n", "has no [project] name"),
        ("project = 3\n", "has no [project] name"),
    ],
)
def test_a_pyproject_that_says_nothing_is_refused(project: FakeProject, content: str, said: str) -> None:
    (project.root / "pyproject.toml").write_text(content)

    with pytest.raises(UsageError, match="DIR: got") as caught:
        run_gates(project.root, ["sync"])
    assert said in str(caught.value)


def test_without_a_database_migrations_do_not_apply_and_are_no_failure(project: FakeProject) -> None:
    verification = run_gates(project.root, ["sync", "migrations"])

    assert gate(verification, "migrations").status is NOT_APPLICABLE
    assert (verification.green, verification.exit_code) == (True, 0)


def test_when_nothing_that_was_asked_for_applies_nothing_is_green(project: FakeProject) -> None:
    verification = run_gates(project.root, ["migrations"])

    assert (verification.green, verification.exit_code) == (False, 4)


def test_migrations_go_up_down_up_and_are_compared_on_a_database_that_is_thrown_away(project: FakeProject) -> None:
    project.with_database()

    run_gates(project.root, ["sync", "migrations"])

    calls = [line.rsplit(" ", 1) for line in (project.root / "alembic-calls").read_text().splitlines()]
    assert [step for step, _ in calls] == ["upgrade head", "downgrade base", "upgrade head", "check"]
    urls = {url for _, url in calls}
    assert len(urls) == 1
    path = Path(urls.pop().removeprefix("sqlite+aiosqlite:///"))
    assert path.is_absolute()
    assert not path.parent.exists()


def test_a_drift_is_red_with_what_alembic_said(project: FakeProject) -> None:
    project.with_database()
    with (project.scripts / "alembic").open("a") as file:
        file.write('[ "$1" = check ] && echo "FAILED: New upgrade operations detected" && exit 255\nexit 0\n')

    result = only(project, "migrations")

    assert (result.status, result.note) == (RED, "alembic check")
    assert result.lines == ("FAILED: New upgrade operations detected",)


def test_nothing_is_taken_down_when_migrations_ran_on_another_database(project: FakeProject) -> None:
    project.with_database()
    project.tool("alembic", f'echo "$1" >> {project.root}/alembic-calls')

    result = only(project, "migrations")

    assert result.status is RED
    assert "nothing was taken down" in result.note
    assert (project.root / "alembic-calls").read_text() == "upgrade\n"


def test_boot_starts_on_a_migrated_database_even_alone(project: FakeProject) -> None:
    project.with_database()
    project.server(before="assert Path(os.environ['DATABASE_URL'].partition(':///')[2]).read_text()")

    assert only(project, "boot").status is GREEN
    assert (project.root / "alembic-calls").read_text().startswith("upgrade head sqlite")


def test_boot_uses_the_database_of_the_round_trip_when_that_was_green(project: FakeProject) -> None:
    project.with_database()

    assert run_gates(project.root, ["sync", "migrations", "boot"]).green
    assert len((project.root / "alembic-calls").read_text().splitlines()) == 4


def test_boot_is_not_run_when_the_database_cannot_be_migrated(project: FakeProject) -> None:
    project.with_database()
    project.tool("alembic", "echo 'ImportError: no module'; exit 1")

    result = only(project, "boot")

    assert (result.status, result.note) == (NOT_RUN, "no database to start on: alembic upgrade head")
    assert result.lines == ("ImportError: no module",)


def test_tests_that_pytest_did_not_find_are_red(project: FakeProject) -> None:
    project.pytest("<testsuites/>", code=5)

    result = only(project, "tests")

    assert (result.status, result.note) == (RED, "pytest collected no tests")


@pytest.mark.parametrize("report", ["<testsuites/>", "cut short <"])
def test_tests_of_which_none_ran_are_not_green(project: FakeProject, report: str) -> None:
    project.pytest(report)

    result = only(project, "tests")

    assert (result.status, result.note) == (NOT_RUN, "pytest ran no test")


def test_a_suite_that_skips_everything_is_not_green(project: FakeProject) -> None:
    project.pytest(report_of(["no PostgreSQL found"] * 2))

    verification = run_gates(project.root, ["sync", "tests"])

    assert gate(verification, "tests").status is NOT_RUN
    assert verification.skipped == (Skipped(2, "no PostgreSQL found"),)


def test_skipped_tests_are_counted_by_reason_most_first(project: FakeProject) -> None:
    project.pytest(report_of(["no Redis", "no PostgreSQL", "no PostgreSQL"], passed=3))

    verification = run_gates(project.root, ["sync", "tests"])

    assert verification.skipped == (Skipped(2, "no PostgreSQL"), Skipped(1, "no Redis"))
    assert (gate(verification, "tests").status, gate(verification, "tests").note) == (GREEN, "3 ran")


def test_reasons_beyond_the_fifth_are_summed_up(project: FakeProject) -> None:
    project.pytest(report_of([f"reason {number}" for number in range(7)], passed=1))

    skipped = run_gates(project.root, ["sync", "tests"]).skipped

    assert skipped[-1] == Skipped(2, "2 other reasons")
    assert len(skipped) == 6


def test_failing_tests_are_red_with_where_they_ended_and_what_was_skipped(project: FakeProject) -> None:
    project.pytest(report_of(["no Redis"], passed=3), code=1)
    with (project.scripts / "pytest").open("r+") as file:
        body = file.read()
        file.seek(0)
        file.write(body.replace("exit 1", "seq -f 'line %g' 20; echo '==== 1 failed, 2 passed in 0.1s ===='; exit 1"))

    verification = run_gates(project.root, ["sync", "tests"])

    result = gate(verification, "tests")
    assert (result.status, result.note) == (RED, "pytest")
    assert (len(result.lines), result.lines[-2:]) == (15, ("line 20", "1 failed, 2 passed in 0.1s"))
    assert verification.skipped == (Skipped(1, "no Redis"),)


def test_what_pytest_itself_reports_is_read(project: FakeProject) -> None:
    tests = project.root / "tests"
    tests.mkdir()
    (tests / "test_module.py").write_text("import pytest\npytest.skip('no Redis: try one', allow_module_level=True)\n")
    (tests / "test_some.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('number', range(3))\n"
        "@pytest.mark.skip(reason='no PostgreSQL <found> & so')\n"
        "def test_skipped(number): ...\n"
        "@pytest.mark.xfail(reason='later')\n"
        "def test_expected_to_fail(): assert False\n"
        "def test_good(): ...\n"
    )
    project.tool("pytest", f'exec {sys.executable} -m pytest -p no:cacheprovider -n0 "$@"')

    verification = run_gates(project.root, ["sync", "tests"])

    assert verification.skipped == (Skipped(3, "no PostgreSQL <found> & so"), Skipped(1, "no Redis: try one"))
    assert gate(verification, "tests").note == "2 ran"


def test_tests_get_the_callers_servers_but_none_of_its_settings(
    project: FakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.root / ".env.example").write_text("# how it runs\nAPP_ENV=development\n#QUEUE_NAME=\nTEST_URL=\n")
    seen = project.root / "seen"
    carried = ("APP_ENV", "QUEUE_NAME", "DATABASE_URL", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTEST_ADDOPTS")
    kept = {"TEST_URL": "postgresql://somewhere", "OTHER": "kept"}
    for name in (*carried, "FORCE_COLOR", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "from-the-caller")
    for name, value in kept.items():
        monkeypatch.setenv(name, value)
    project.tool("pytest", f"env > {seen}; exit 1")

    only(project, "tests")

    found = dict(line.split("=", 1) for line in seen.read_text().splitlines() if "=" in line)
    assert "from-the-caller" not in found.values()
    assert found.items() >= kept.items()
    assert found["VIRTUAL_ENV"] == str(project.root / ".venv")
    assert found["PATH"].split(":")[0] == str(project.scripts)


def report_of(skips: list[str], passed: int = 0) -> str:
    cases = [f'<testcase name="s"><skipped type="pytest.skip" message="{reason}"/></testcase>' for reason in skips]
    return f"<testsuites>{''.join(cases)}{'<testcase/>' * passed}</testsuites>"

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.checking.gates import GATE_NAMES, run_gates
from scaffold.checking.results import GateStatus
from scaffold.errors import UsageError
from tests.fake_project import FakeProject, Witness, gate, only

GREEN = GateStatus.GREEN
RED = GateStatus.RED
NOT_RUN = GateStatus.NOT_RUN
VERIFY = Path(__file__).parents[2] / "scripts" / "verify.py"


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


def test_when_nothing_that_was_asked_for_applies_nothing_is_green(project: FakeProject) -> None:
    verification = run_gates(project.root, ["migrations"])

    assert (verification.green, verification.exit_code) == (False, 4)


def test_when_verify_is_told_to_stop_the_gates_that_run_side_by_side_end(project: FakeProject, tmp_path: Path) -> None:
    witnesses = [Witness(tmp_path / name) for name in ("types", "tests")]
    for tool, witness in zip(("basedpyright", "pytest"), witnesses, strict=True):
        wait = f"import os, signal; {witness.statement}; signal.alarm(120); signal.pause()"
        project.tool(tool, f"exec {sys.executable} -S -c {shlex.quote(wait)}")
    command = [sys.executable, VERIFY, project.root, "--only", "types,tests"]

    with subprocess.Popen(command, env={**os.environ, "UV": str(project.uv)}) as verify:
        assert all(witness.arrived() for witness in witnesses)
        verify.send_signal(signal.SIGTERM)
        try:
            assert verify.wait(timeout=60) == 128 + signal.SIGTERM
        finally:
            verify.kill()

    assert all(witness.left() for witness in witnesses)

import shlex
from pathlib import Path

import pytest

from scaffold.checking.gates import run_gates
from scaffold.checking.results import GateStatus
from tests.fake_project import FakeProject, gate

GREEN = GateStatus.GREEN
RED = GateStatus.RED
NOT_RUN = GateStatus.NOT_RUN


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


def test_a_missing_lock_is_made_from_the_proven_one_and_then_installed_as_it_is(
    project: FakeProject, tmp_path: Path
) -> None:
    proven = tmp_path / "proven.lock"
    proven.write_text("proven")
    project.lock('echo "$(cat "$3/uv.lock") for $(head -1 "$3/pyproject.toml")" > "$3/uv.lock"')

    verification = run_gates(project.root, ["sync"], proven_lock=proven)

    assert gate(verification, "sync").status is GREEN
    assert (project.root / "uv.lock").read_text() == "proven for [project]\n"
    assert (project.root / "uv-calls").read_text().splitlines()[-1] == "sync --locked"


def test_a_lock_that_stands_is_not_made_from_the_proven_one(project: FakeProject, tmp_path: Path) -> None:
    (project.root / "uv.lock").write_text("mine")

    _ = run_gates(project.root, ["sync"], proven_lock=tmp_path / "not-read")

    assert (project.root / "uv.lock").read_text() == "mine"


def test_no_lock_is_left_where_the_index_cannot_be_reached(project: FakeProject, tmp_path: Path) -> None:
    (proven := tmp_path / "proven.lock").touch()
    project.lock("echo 'hint: the network was disabled' >&2; exit 2")

    verification = run_gates(project.root, ["sync"], proven_lock=proven)

    assert (gate(verification, "sync").status, verification.exit_code) == (NOT_RUN, 5)
    assert not (project.root / "uv.lock").exists()


def test_a_member_of_a_workspace_uses_the_environment_of_the_workspace(project: FakeProject) -> None:
    workspace = project.root.parent
    (workspace / "pyproject.toml").write_text('[tool.uv.workspace]\nmembers = ["t*"]\n')
    (project.root / ".venv").rename(workspace / ".venv")

    assert run_gates(project.root, ["lint"]).green


@pytest.mark.parametrize("above", ['members = ["other"]', 'members = ["*"]\nexclude = ["tiny"]', "members = 1", "["])
def test_a_project_that_no_workspace_counts_in_has_its_own_environment_and_lock(
    project: FakeProject, above: str
) -> None:
    (project.root.parent / "pyproject.toml").write_text(f"[tool.uv.workspace]\n{above}\n")
    (project.root.parent / "uv.lock").touch()

    assert run_gates(project.root, ["sync", "lint"]).green
    assert "sync --locked" not in (project.root / "uv-calls").read_text().splitlines()


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

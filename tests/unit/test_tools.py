import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pytest_subprocess import FakeProcess

from scaffold.checking.results import RepositoryKind, RepositoryState
from scaffold.checking.tools import find_uv, init_repository
from scaffold.errors import MachineError
from tests.fake_project import script

GIT_STEPS = ("init", "add", "commit")
UV = "/opt/tools/uv"
ABSENT, INITIALISED, STAGED = RepositoryKind.ABSENT, RepositoryKind.INITIALISED, RepositoryKind.STAGED
GOOD = "uv 0.13.9 (x86_64-unknown-linux-gnu)"


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Neither uv nor git settings of whoever runs the tests; git itself is there."""
    home = tmp_path / "home"
    home.mkdir()
    for name in [name for name in os.environ if name.startswith(("GIT_", "UV"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("EMAIL", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("PATH", str(only_git(tmp_path / "path")))
    monkeypatch.setitem(sys.modules, "uv", None)
    return home


def test_uv_that_uv_run_names_comes_first(fp: FakeProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV", UV)
    answers(fp, [UV, "--version"], GOOD)

    assert find_uv(tmp_path) == UV


def test_a_uv_that_is_gone_gives_way_to_the_one_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV", str(tmp_path / "gone"))
    found = machine_with_uv(tmp_path / "bin", monkeypatch, f"echo '{GOOD}'")

    assert find_uv(tmp_path) == str(found)


def test_a_shim_that_python_version_hides_gives_way_to_the_installed_uv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine_with_uv(tmp_path / "pyenv" / "shims", monkeypatch, f"[ -e .python-version ] && exit 127\necho '{GOOD}'")
    installed = tmp_path / "pyenv" / "versions" / "3.11.7" / "bin" / "uv"
    installed.parent.mkdir(parents=True)
    script(installed, f"echo '{GOOD}'")
    project = tmp_path / "project"
    project.mkdir()
    (project / ".python-version").write_text("3.13\n")

    assert find_uv(project) == str(installed)


def test_the_uv_that_came_with_this_python_is_the_last_resort(
    fp: FakeProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uv", SimpleNamespace(find_uv_bin=lambda: UV))
    answers(fp, [UV, "--version"], GOOD)

    assert find_uv(tmp_path) == UV


def test_no_uv_at_all_is_named_with_what_to_try(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as caught:
        find_uv(tmp_path)

    assert str(caught.value) == "uv: got none; expected uv 0.8 or newer; try pip install -U uv"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (("uv 0.7.22", 0), "too old: uv 0.7.22"),
        (("pyenv: uv: command not found", 127), "exit 127: pyenv: uv: command not found"),
        (("", 0), "exit 0: nothing"),
        (("uv 0.13.9", 1), "exit 1: uv 0.13.9"),
        (("something else 9.9", 0), "exit 0: something else 9.9"),
    ],
)
def test_a_uv_of_no_use_is_refused_with_the_reason(
    fp: FakeProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: tuple[str, int], said: str
) -> None:
    monkeypatch.setenv("UV", UV)
    answers(fp, [UV, "--version"], *answer)

    with pytest.raises(MachineError) as caught:
        find_uv(tmp_path)

    assert f"got {UV} ({said}); expected uv 0.8 or newer; try pip install -U uv" in str(caught.value)


@pytest.mark.parametrize("answer", ["uv 0.8.0", "uv 0.10.1 (abc 2026-01-01)", "uv 1.0.0"])
def test_versions_are_compared_as_numbers(
    fp: FakeProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setenv("UV", UV)
    answers(fp, [UV, "--version"], answer)

    assert find_uv(tmp_path) == UV


def test_with_an_identity_there_is_one_commit_on_main(new_project: Path, bare_machine: Path) -> None:
    configure_identity(bare_machine)

    state = init_repository(new_project)

    assert (state.kind, state.note) == (RepositoryKind.COMMITTED, "")
    assert git(new_project, "log", "--format=%s %an <%ae>", "main") == "Bootstrap orders-api Ada <ada@example.org>"
    assert git(new_project, "status", "--porcelain") == ""


def test_the_commit_names_the_project_even_while_it_stands_in_a_staging_directory(
    new_project: Path, bare_machine: Path
) -> None:
    configure_identity(bare_machine)

    init_repository(new_project, "payments")

    assert git(new_project, "log", "--format=%s") == "Bootstrap payments"


def test_the_commit_says_what_was_not_green(new_project: Path, bare_machine: Path) -> None:
    configure_identity(bare_machine)

    init_repository(new_project, "payments", "red: tests; not run: boot")

    assert git(new_project, "log", "--format=%s") == "Bootstrap payments (red: tests; not run: boot)"


def test_an_author_in_the_environment_is_identity_enough(new_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Ada")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "ada@example.org")

    assert init_repository(new_project).kind is RepositoryKind.COMMITTED


def test_without_an_identity_files_stay_staged_and_none_is_made_up(new_project: Path) -> None:
    state = init_repository(new_project)

    assert state.kind is RepositoryKind.STAGED
    assert state.note == "staged, not committed: git has no user.name and user.email"
    assert git(new_project, "diff", "--cached", "--name-only") == "README.md"


def test_an_address_alone_does_not_make_an_author(new_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL", "somebody@example.org")

    assert init_repository(new_project).kind is RepositoryKind.STAGED


def test_it_takes_three_git_processes(fp: FakeProcess, new_project: Path) -> None:
    register_git(fp)

    init_repository(new_project)

    assert git_steps(fp) == ["init", "add", "commit"]


def test_hooks_and_signing_of_the_user_are_left_out(new_project: Path, bare_machine: Path) -> None:
    configure_identity(bare_machine)
    hooks = bare_machine / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "prepare-commit-msg", "post-commit"):
        script(hooks / name, f": > {bare_machine}/{name}-ran; exit 1")
    with (bare_machine / ".gitconfig").open("a") as file:
        file.write(f"[core]\nhooksPath = {hooks}\n[commit]\ngpgSign = true\n[user]\nsigningKey = nobody\n")

    assert init_repository(new_project).kind is RepositoryKind.COMMITTED
    assert list(bare_machine.glob("*-ran")) == []


def test_inside_another_work_tree_nothing_is_done(new_project: Path) -> None:
    (new_project.parent / ".git").mkdir()

    state = init_repository(new_project)

    assert state.kind is RepositoryKind.EXISTING
    assert state.note == f"no repository was made: it lies within the one at {new_project.parent}"
    assert not (new_project / ".git").exists()


def test_a_worktree_file_counts_as_a_repository(new_project: Path) -> None:
    (new_project / ".git").write_text("gitdir: elsewhere\n")

    assert init_repository(new_project).note == "no repository was made: the directory is one already"


def test_inside_a_git_hook_the_callers_repository_is_left_alone(
    new_project: Path, tmp_path: Path, bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_identity(bare_machine)
    callers = tmp_path / "callers"
    callers.mkdir()
    git(callers, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(callers / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(callers / ".git" / "index"))

    init_repository(new_project)

    assert (new_project / ".git" / "refs" / "heads" / "main").exists()
    assert not (callers / ".git" / "index").exists()


def test_a_machine_without_git_is_no_failure(new_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(new_project))

    state = init_repository(new_project)

    assert (state.kind, state.note) == (RepositoryKind.ABSENT, "no repository was made: git is not on PATH")


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (
            ("init", "error: unknown switch `b'"),
            (ABSENT, "no repository was made: git is older than 2.28 and cannot name the first branch"),
        ),
        (("init", "fatal: no room"), (ABSENT, "no repository was made: git init failed: fatal: no room")),
        (("add", "fatal: no room"), (INITIALISED, "nothing was staged: git add failed: fatal: no room")),
        (("commit", ""), (STAGED, "staged, not committed: git commit failed: exit 128")),
    ],
)
def test_a_git_that_fails_is_no_failure_and_says_what_was_not_done(
    fp: FakeProcess, new_project: Path, failure: tuple[str, str], state: tuple[RepositoryKind, str]
) -> None:
    register_git(fp, *failure)

    assert init_repository(new_project) == RepositoryState(*state)
    assert git_steps(fp)[-1] == failure[0]


@pytest.fixture
def new_project(tmp_path: Path) -> Path:
    project = tmp_path / "work" / "orders-api"
    project.mkdir(parents=True)
    (project / "README.md").write_text("# orders-api\n")
    return project


def only_git(folder: Path) -> Path:
    folder.mkdir()
    (folder / "git").symlink_to(shutil.which("git") or "no git")
    return folder


def machine_with_uv(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> Path:
    folder.mkdir(parents=True)
    script(folder / "uv", body)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder / "uv"


def configure_identity(home: Path) -> None:
    (home / ".gitconfig").write_text("[user]\nname = Ada\nemail = ada@example.org\n")


def register_git(fp: FakeProcess, failing: str = "", said: str = "") -> None:
    for step in GIT_STEPS:
        answers(fp, [fp.program("git"), fp.any(), step, fp.any()], *((said, 128) if step == failing else ("", 0)))


def answers(fp: FakeProcess, command: list[Any], output: str, code: int = 0) -> None:
    fp.register(command, stdout=output, returncode=code)  # pyright: ignore[reportUnknownMemberType]


def git_steps(fp: FakeProcess) -> list[str]:
    calls = cast("list[list[str]]", fp.calls)  # pyright: ignore[reportUnknownMemberType]
    return [word for call in calls for word in call if word in GIT_STEPS]


def git(folder: Path, *arguments: str) -> str:
    answer = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return answer.stdout.strip()


def test_a_repository_beside_the_caller_is_no_enclosing_one(tmp_path: Path) -> None:
    (tmp_path / "skill/.git").mkdir(parents=True)
    (tmp_path / "orders").mkdir()

    state = init_repository(tmp_path / "skill" / ".." / "orders", "orders")

    assert "lies within" not in state.note

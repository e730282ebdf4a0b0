"""bootstrap.py as its users run it: a process with arguments, an exit code and few lines."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.features.catalogue import SKILL_ROOT, load
from tests.fake_project import script
from tests.output.emissions import emit
from tests.output.namings import EVERYDAY

COMMAND = [sys.executable, str(SKILL_ROOT / "scripts/bootstrap.py")]


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """A machine with nothing on PATH."""
    empty = tmp_path / "bin"
    empty.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "UV", "PYENV"))}
    return {**kept, "PATH": str(empty)}


def bootstrap(
    *arguments: str, cwd: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


def test_it_emits_where_nothing_stands_yet_not_even_the_parent(tmp_path: Path) -> None:
    finished = bootstrap("orders-api", "--into", "a/b/orders", "--resource", str(EVERYDAY.resource), cwd=tmp_path)

    assert finished.returncode == 0, finished.stderr
    assert tree(tmp_path / "a/b/orders") == {file.path: file.content for file in emit(EVERYDAY, "fastapi", ())}
    assert "uv.lock is missing" in finished.stdout
    assert "next  cd a/b/orders && uv run poe dev" in finished.stdout


def test_an_option_with_several_values_takes_each_that_is_given(tmp_path: Path) -> None:
    jobs = ("--with", "jobs", "--job", "make_thumbnails", "--job", "send_mail,prune_carts")

    finished = bootstrap("orders-api", *jobs, cwd=tmp_path)

    assert finished.returncode == 0, finished.stderr
    handlers = (tmp_path / "orders-api/src/orders_api/workers/handlers.py").read_text()
    assert [f"async def {job}(" in handlers for job in ("make_thumbnails", "send_mail", "prune_carts")] == [True] * 3


@pytest.mark.parametrize("place", ["orders", "my $HOME's orders"])
def test_what_comes_next_leads_there_when_it_is_pasted(tmp_path: Path, place: str) -> None:
    finished = bootstrap("orders-api", "--into", place, cwd=tmp_path)

    change, _, _ = finished.stdout.partition("next  ")[2].partition(" && uv run poe dev")
    pasted = subprocess.run(["sh", "-c", f"{change} && pwd"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert pasted.stdout == f"{tmp_path / place}\n"


def test_its_name_is_where_it_goes_if_nothing_else_is_said(tmp_path: Path) -> None:
    assert bootstrap("Orders.API", cwd=tmp_path).returncode == 0

    assert (tmp_path / "orders-api/pyproject.toml").is_file()


def test_a_dry_run_shows_every_path_with_owner_and_size_and_writes_nothing(tmp_path: Path) -> None:
    finished = bootstrap("orders-api", "--with", "database", "--dry-run", cwd=tmp_path)

    shown = [line.split() for line in finished.stdout.splitlines()[1:]]
    files = emit(EVERYDAY, "fastapi", ("database",))
    assert len(shown) == len(files)
    owners = {"core", "asgi", "fastapi", "pydantic", "readiness", "faults", "outages", "servers", "database"}
    assert {owner for owner, _, _ in shown} == owners
    assert all(size.isdigit() for _, size, _ in shown)
    assert list(tmp_path.iterdir()) == []


def test_whatever_would_be_overwritten_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    target = tmp_path / "orders-api"
    (target / "src").mkdir(parents=True)
    (target / "pyproject.toml").write_text("mine")
    (target / "AGENTS.md").write_text("mine")
    (target / "README.md").write_text("mine")
    before = tree(target)

    finished = bootstrap("orders-api", cwd=tmp_path)

    assert finished.returncode == 3
    assert "pyproject.toml" in finished.stderr
    assert "AGENTS.md" in finished.stderr
    assert "README.md" not in finished.stderr
    assert tree(target) == before


def test_a_readme_stays_and_gitignore_gains_lines(tmp_path: Path) -> None:
    target = tmp_path / "orders-api"
    target.mkdir()
    (target / "README.md").write_text("mine\n")
    (target / ".gitignore").write_text("mine/\n.venv/\n")

    finished = bootstrap("orders-api", cwd=tmp_path)

    assert finished.returncode == 0
    assert (target / "README.md").read_text() == "mine\n"
    assert (target / ".gitignore").read_text().startswith("mine/\n.venv/\n__pycache__/\n")
    assert "README.md stays as it is" in finished.stdout
    assert ".gitignore gained lines" in finished.stdout


def test_without_verify_it_needs_neither_uv_nor_git_and_says_what_it_left(
    tmp_path: Path, machine: dict[str, str]
) -> None:
    finished = bootstrap("orders-api", cwd=tmp_path, environment=machine)

    assert finished.returncode == 0, finished.stderr
    assert "uv.lock is missing" in finished.stdout
    assert "git: left alone" in finished.stdout
    assert not (tmp_path / "orders-api/.git").exists()


def test_without_uv_what_was_emitted_stays_and_the_lack_is_named(tmp_path: Path, machine: dict[str, str]) -> None:
    finished = bootstrap("orders-api", "--verify", cwd=tmp_path, environment=machine)

    assert finished.returncode == 5
    assert "uv" in finished.stderr
    assert "try pip install -U uv" in finished.stderr
    assert (tmp_path / "orders-api/pyproject.toml").is_file()


@pytest.mark.parametrize(
    ("uv", "shortcomings"),
    [
        ('case "$1" in --version) echo uv 0.13.9 ;; *) exit 1 ;; esac', "red: sync; not run: format, lint, types"),
        ("exit 1", "not checked"),
    ],
    ids=["a red gate", "no uv"],
)
def test_a_commit_of_a_tree_that_is_not_green_says_so(
    tmp_path: Path, machine: dict[str, str], uv: str, shortcomings: str
) -> None:
    git = shutil.which("git") or "no git"
    (tmp_path / "bin/git").symlink_to(git)
    script(tmp_path / "bin/uv", uv)
    author = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"}

    finished = bootstrap("orders-api", "--verify", cwd=tmp_path, environment={**machine, **author})

    log = [git, "-C", str(tmp_path / "orders-api"), "log", "--format=%s"]
    assert finished.returncode in {4, 5}
    assert subprocess.run(log, capture_output=True, text=True, check=True).stdout.startswith(
        f"Bootstrap orders-api ({shortcomings}"
    )


def test_all_that_is_wrong_is_said_in_the_voice_of_the_house(tmp_path: Path) -> None:
    finished = bootstrap("class", "--with", "databse", cwd=tmp_path)

    assert finished.returncode == 2
    addons = ", ".join(addon.name for addon in load().addons)
    assert finished.stderr == (
        "cannot start: 2 problems\n"
        '  NAME    got "class", a Python keyword; expected a distribution name such as "class-api"\n'
        f'  --with  got "databse"; expected one of {addons} (did you mean database?)\n'
        "exit 2\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_catalogue_is_listed_with_when_to_choose_each(tmp_path: Path) -> None:
    finished = bootstrap("--list", cwd=tmp_path)

    assert finished.returncode == 0
    assert re.search(r"^  database +it stores things", finished.stdout, re.MULTILINE)
    for choice in (*load().frameworks, *load().addons):
        assert choice.reference == f"references/{choice.name}.md"  # so says the list


def test_a_reader_that_has_seen_enough_ends_it_quietly() -> None:
    read, write = os.pipe()
    os.close(read)

    finished = subprocess.run([*COMMAND, "--list"], stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)

    assert finished.stderr == ""

"""Others may write to the same place at the same time: neither side's work is lost, and no link is followed."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold.disk import moves
from scaffold.disk.writing import write
from scaffold.errors import ConflictError
from tests.faults.conftest import Schedule, unsupported
from tests.faults.plans import BEGUN, COMPLETE, GROWN, PLAN, contents, lay_out
from tests.faults.puppet import Orders
from tests.faults.puppets import finish, start


def test_an_empty_directory_that_appears_is_written_into_not_replaced(tmp_path: Path, before_move: Schedule) -> None:
    target = tmp_path / "orders"
    before_move("orders", lambda: target.mkdir(mode=0o700))
    write(PLAN, target)
    assert target.stat().st_mode & 0o777 == 0o700
    assert contents(tmp_path) == {f"orders/{path}": held for path, held in COMPLETE.items()}


def test_a_project_that_appears_is_met_like_one_that_was_there(tmp_path: Path, before_move: Schedule) -> None:
    before_move("orders", lambda: lay_out(tmp_path / "orders", BEGUN))
    write(PLAN, tmp_path / "orders")
    assert contents(tmp_path) == {f"orders/{path}": held for path, held in GROWN.items()}


def test_a_parent_that_appears_is_shared(tmp_path: Path, before_move: Schedule) -> None:
    before_move("work", lambda: lay_out(tmp_path / "work/other", {"notes.txt": b"mine\n"}))
    write(PLAN, tmp_path / "work/orders")
    assert contents(tmp_path / "work/orders") == COMPLETE
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["orders", "other"]


def test_a_conflict_that_appears_in_place_of_the_target_stays(tmp_path: Path, before_move: Schedule) -> None:
    before_move("orders", lambda: lay_out(tmp_path, {"orders": b"a file\n"}))
    with pytest.raises(ConflictError):
        write(PLAN, tmp_path / "orders")
    assert contents(tmp_path) == {"orders": b"a file\n"}


def test_a_link_that_appears_in_place_of_the_target_is_not_followed(tmp_path: Path, before_move: Schedule) -> None:
    (tmp_path / "theirs").mkdir()
    before_move("orders", lambda: (tmp_path / "orders").symlink_to("theirs"))
    with pytest.raises(ConflictError):
        write(PLAN, tmp_path / "orders")
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("path", ["src/orders/py.typed", "src/orders/api/app.py", "tests/test_smoke.py", "tests"])
def test_a_file_that_appears_stays_and_what_was_published_is_taken_back(
    tmp_path: Path, before_move: Schedule, path: str
) -> None:
    lay_out(tmp_path, BEGUN)
    unit = path.removeprefix("src/orders/").split("/")[0]
    before_move(unit, lambda: lay_out(tmp_path, {path: b"theirs\n"}))
    with pytest.raises(ConflictError) as caught:
        write(PLAN, tmp_path)
    assert [problem.where for problem in caught.value.problems] == [path]
    assert contents(tmp_path) == BEGUN | {path: b"theirs\n"}


def test_a_file_that_appears_as_planned_is_welcome(tmp_path: Path, before_move: Schedule) -> None:
    lay_out(tmp_path, BEGUN)
    before_move("tests", lambda: lay_out(tmp_path, {"tests/test_smoke.py": COMPLETE["tests/test_smoke.py"]}))
    assert write(PLAN, tmp_path)["tests/test_smoke.py"] == "unchanged"
    assert contents(tmp_path) == GROWN


@pytest.mark.parametrize("aim", ["theirs", "nothing"])
def test_a_link_swapped_in_for_a_directory_is_not_followed(tmp_path: Path, before_move: Schedule, aim: str) -> None:
    target = lay_out(tmp_path / "orders", BEGUN)
    (tmp_path / "theirs/domain").mkdir(parents=True)

    def swap_in() -> None:
        (target / "src/orders").rename(tmp_path / "moved")
        (target / "src/orders").symlink_to(tmp_path / aim)

    before_move("LICENSE", swap_in)
    with pytest.raises(ConflictError, match="src/orders: got a symlink"):
        write(PLAN, target)
    assert contents(tmp_path / "theirs") == {}
    assert contents(tmp_path / "moved") == {"domain/money.py": BEGUN["src/orders/domain/money.py"]}
    kept = {path: held for path, held in BEGUN.items() if not path.startswith("src")}
    assert contents(target) == kept
    assert sorted(path.name for path in target.iterdir()) == [
        ".gitignore",
        "README.md",
        "notes.txt",
        "pyproject.toml",
        "src",
    ]


def test_a_link_swapped_in_for_the_target_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, system_open = tmp_path / "orders", os.open
    for folder in (target, tmp_path / "theirs"):
        folder.mkdir()

    def open_late(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if Path(path) == target and not target.is_symlink():
            target.rmdir()
            target.symlink_to(tmp_path / "theirs")
        return system_open(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", open_late)
    with pytest.raises(ConflictError, match="orders: got a symlink"):
        write(PLAN, target)
    assert contents(tmp_path) == {}


def edit_in_place(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def edit_by_rename(path: Path, content: bytes) -> None:
    path.with_name("edited").write_bytes(content)
    path.with_name("edited").rename(path)


@pytest.mark.parametrize("edit", [edit_in_place, edit_by_rename])
def test_an_edit_of_gitignore_at_the_last_moment_is_kept_and_extended(
    tmp_path: Path, before_move: Schedule, edit: Callable[[Path, bytes], None]
) -> None:
    lay_out(tmp_path, BEGUN)
    before_move(".gitignore", lambda: edit(tmp_path / ".gitignore", b"theirs\n"))
    assert write(PLAN, tmp_path)[".gitignore"] == "appended"
    assert contents(tmp_path) == GROWN | {".gitignore": b"theirs\n.venv/\n__pycache__/\n"}


def test_gitignore_deleted_at_the_last_moment_is_made_anew(tmp_path: Path, before_move: Schedule) -> None:
    lay_out(tmp_path, BEGUN)
    before_move(".gitignore", (tmp_path / ".gitignore").unlink)
    assert write(PLAN, tmp_path)[".gitignore"] == "created"
    assert contents(tmp_path) == GROWN | {".gitignore": COMPLETE[".gitignore"]}


def test_a_link_swapped_in_for_gitignore_is_not_followed(tmp_path: Path, before_move: Schedule) -> None:
    target = lay_out(tmp_path / "orders", BEGUN)
    lay_out(tmp_path, {"theirs": b"mine\n"})

    def swap_in() -> None:
        (target / ".gitignore").unlink()
        (target / ".gitignore").symlink_to(tmp_path / "theirs")

    before_move(".gitignore", swap_in)
    with pytest.raises(ConflictError, match=r".gitignore: got a symlink"):
        write(PLAN, target)
    assert (target / ".gitignore").is_symlink()
    assert (tmp_path / "theirs").read_bytes() == b"mine\n"
    assert contents(target) == {path: held for path, held in BEGUN.items() if path != ".gitignore"}


def test_without_the_systems_rename_a_directory_that_fills_up_at_the_very_last_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system_rename, races = os.rename, [tmp_path / "orders"]

    def rename(*arguments: str, src_dir_fd: int, dst_dir_fd: int) -> None:
        if races:
            lay_out(races.pop(), BEGUN)
        system_rename(*arguments, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(moves, "rename", unsupported)
    monkeypatch.setattr(os, "rename", rename)
    write(PLAN, tmp_path / "orders")
    assert contents(tmp_path) == {f"orders/{path}": held for path, held in GROWN.items()}


def test_staging_that_another_run_takes_for_a_leftover_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system_lock, swept = fcntl.flock, list[str]()

    def lock(folder: int, how: int) -> None:
        if not swept:
            swept.extend(path.name for path in tmp_path.iterdir())
            write(PLAN[:3], tmp_path / "orders")
            assert [path.name for path in tmp_path.iterdir()] == ["orders"]
        system_lock(folder, how)

    monkeypatch.setattr(fcntl, "flock", lock)
    write(PLAN, tmp_path / "orders")
    assert swept
    assert contents(tmp_path) == {f"orders/{path}": held for path, held in COMPLETE.items()}


@pytest.mark.parametrize("begun", [{}, BEGUN], ids=["new directory", "existing project"])
def test_several_runs_at_once_come_to_the_same_as_one(tmp_path: Path, begun: dict[str, bytes]) -> None:
    lay_out(tmp_path / "work", {f"orders/{path}": held for path, held in begun.items()})
    runs = [start(Orders(str(tmp_path / "work/orders"))) for _ in range(3)]
    assert [finish(run)[0]["code"] for run in runs] == [0] * 3
    assert contents(tmp_path) == {f"work/orders/{path}": held for path, held in (GROWN if begun else COMPLETE).items()}

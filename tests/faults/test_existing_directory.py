"""In a directory that exists nothing changes but by the rules, and a second run changes nothing at all."""

import os
import stat
from pathlib import Path

import pytest

from scaffold.disk.writing import preview, write
from scaffold.errors import ConflictError, MachineError
from scaffold.plan import PlannedFile, WhenPresent
from tests.faults.plans import BEGUN, COMPLETE, GROWN, PLAN, contents, lay_out, picture
from tests.umask import umask

EVERYTHING = [file.path for file in PLAN]
ALL_CREATED = dict.fromkeys(EVERYTHING, "created")


def ignoring(lines: bytes) -> list[PlannedFile]:
    return [PlannedFile(".gitignore", "core", lines, WhenPresent.APPEND_LINES)]


def conflicts(target: Path) -> dict[str, str]:
    """What stands in the way, by path, after making sure that finding out changed nothing."""
    before = picture(target)
    with pytest.raises(ConflictError) as previewed:
        preview(PLAN, target)
    with pytest.raises(ConflictError) as caught:
        write(PLAN, target)
    assert picture(target) == before
    assert caught.value.problems == previewed.value.problems
    return {problem.where: problem.message for problem in caught.value.problems}


def test_a_new_directory_gets_every_file_and_the_parents_it_lacks(tmp_path: Path) -> None:
    target = tmp_path / "deep/in/orders"
    assert preview(PLAN, target) == ALL_CREATED
    assert list(tmp_path.iterdir()) == []
    assert write(PLAN, target) == ALL_CREATED
    assert contents(target) == COMPLETE
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_an_empty_directory_is_as_good_as_none(tmp_path: Path) -> None:
    assert write(PLAN, tmp_path) == ALL_CREATED
    assert contents(tmp_path) == COMPLETE


def test_a_relative_target_is_taken_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    write(PLAN, Path("../orders"))
    write(PLAN, Path())
    assert contents(tmp_path / "orders") == contents(tmp_path / "work") == COMPLETE


def test_a_way_back_out_of_a_directory_that_is_not_there_leads_nowhere(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="No such file or directory"):
        write(PLAN, tmp_path / "absent/../orders")
    assert list(tmp_path.iterdir()) == []


def test_running_twice_is_harmless(tmp_path: Path) -> None:
    write(PLAN, tmp_path / "orders")
    before = picture(tmp_path)
    assert write(PLAN, tmp_path / "orders") == dict.fromkeys(EVERYTHING, "unchanged")
    assert picture(tmp_path) == before


def test_each_file_that_is_there_is_skipped_extended_or_kept(tmp_path: Path) -> None:
    there = {".gitignore": "appended", "pyproject.toml": "unchanged", "README.md": "kept"}
    expected = {**ALL_CREATED, **there}
    lay_out(tmp_path, BEGUN)
    assert preview(PLAN, tmp_path) == expected
    assert contents(tmp_path) == BEGUN
    assert write(PLAN, tmp_path) == expected
    assert contents(tmp_path) == GROWN


def test_all_conflicts_are_listed_and_nothing_is_written(tmp_path: Path) -> None:
    lay_out(tmp_path, {"pyproject.toml": b"mine\n", "src/orders/api/app.py": b"mine\n", "tests": b"a file\n"})
    (tmp_path / "LICENSE").mkdir()
    (tmp_path / "src/orders/py.typed").mkdir()
    os.mkfifo(tmp_path / ".gitignore")
    assert conflicts(tmp_path) == {
        ".gitignore": "got a special file, expected a file: move it away",
        "LICENSE": "got a directory, expected a file: move it away",
        "pyproject.toml": "got other content, expected none: move it away",
        "src/orders/api/app.py": "got other content, expected none: move it away",
        "src/orders/py.typed": "got a directory, expected a file: move it away",
        "tests": "got a file, expected a directory: move it away",
    }


def test_a_conflict_of_the_same_length_is_one(tmp_path: Path) -> None:
    lay_out(tmp_path, {"pyproject.toml": COMPLETE["pyproject.toml"].swapcase()})
    assert list(conflicts(tmp_path)) == ["pyproject.toml"]


def test_names_that_differ_only_in_case_are_conflicts(tmp_path: Path) -> None:
    lay_out(tmp_path, {"Readme.md": b"mine\n", "SRC/orders/__init__.py": b""})
    assert conflicts(tmp_path) == {
        "README.md": "got Readme.md, which differs only in case: move it away",
        "src": "got SRC, which differs only in case: move it away",
    }


def test_a_target_that_is_a_file_is_a_conflict(tmp_path: Path) -> None:
    lay_out(tmp_path, {"orders": b"a file\n"})
    for target in (tmp_path / "orders", tmp_path / "orders/below"):
        with pytest.raises(ConflictError, match=r"orders: got a file, expected a directory or nothing"):
            write(PLAN, target)
    assert contents(tmp_path) == {"orders": b"a file\n"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"/build\n*.pyc\n"),
        (b"*.log\n", b"*.log\n/build\n*.pyc\n"),
        (b"*.log", b"*.log\n/build\n*.pyc\n"),
        (b"*.log\r\n/build\r\n", b"*.log\r\n/build\r\n*.pyc\r\n"),
        (b"*.log\r\n/build", b"*.log\r\n/build\r\n*.pyc\r\n"),
        (b"*.pyc  \n\n# mine\n", b"*.pyc  \n\n# mine\n/build\n"),
        (b"\xef\xbb\xbf/build\n", b"\xef\xbb\xbf/build\n*.pyc\n"),
        (b"\xff\xfe\n", b"\xff\xfe\n/build\n*.pyc\n"),
    ],
    ids=["empty", "other", "no last newline", "CRLF", "CRLF cut", "trailing blanks", "byte order mark", "not UTF-8"],
)
def test_gitignore_gains_the_lines_it_lacks_after_every_byte_it_had(
    tmp_path: Path, before: bytes, after: bytes
) -> None:
    plan = ignoring(b"/build\n\n*.pyc\n/build\n")
    lay_out(tmp_path, {".gitignore": before})
    assert write(plan, tmp_path) == {".gitignore": "appended"}
    assert (tmp_path / ".gitignore").read_bytes() == after
    assert write(plan, tmp_path) == {".gitignore": "unchanged"}
    assert contents(tmp_path) == {".gitignore": after}


def test_gitignore_with_the_lines_in_another_order_is_left_alone(tmp_path: Path) -> None:
    lay_out(tmp_path, {".gitignore": b"__pycache__/\n.venv/"})
    before = (tmp_path / ".gitignore").stat()
    assert write(PLAN, tmp_path)[".gitignore"] == "unchanged"
    assert (tmp_path / ".gitignore").stat() == before


def test_gitignore_keeps_its_mode(tmp_path: Path) -> None:
    lay_out(tmp_path, {".gitignore": b"*.log\n"})
    (tmp_path / ".gitignore").chmod(0o640)
    write(ignoring(b"/build\n"), tmp_path)
    assert stat.S_IMODE((tmp_path / ".gitignore").stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can own files for somebody else")
def test_gitignore_keeps_its_owner(tmp_path: Path) -> None:
    lay_out(tmp_path, {".gitignore": b"*.log\n"})
    os.chown(tmp_path / ".gitignore", 12345, 54321)
    write(ignoring(b"/build\n"), tmp_path)
    after = (tmp_path / ".gitignore").stat()
    assert (after.st_uid, after.st_gid) == (12345, 54321)


@pytest.mark.parametrize("target", ["new/orders", "here"])
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002, 0o777])
def test_everybody_can_read_what_was_written_whatever_the_umask(tmp_path: Path, target: str, mask: int) -> None:
    (tmp_path / "here").mkdir()
    with umask(mask):
        write(PLAN, tmp_path / target)
        assert os.umask(mask) == mask
    made = [path for path in tmp_path.rglob("*") if path != tmp_path / "here"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made if path.is_dir()} == {0o755}
    assert {stat.S_IMODE(path.stat().st_mode) for path in made if path.is_file()} == {0o644}


def test_a_folder_of_a_group_stays_the_groups(tmp_path: Path) -> None:
    tmp_path.chmod(0o2775)
    write(PLAN, tmp_path)
    assert (tmp_path / "src/orders").stat().st_mode & stat.S_ISGID


@pytest.mark.parametrize(
    "paths",
    [
        ["/etc/x"],
        ["../x"],
        ["a/../x"],
        ["a//x"],
        ["./x"],
        ["a\\x"],
        [""],
        ["a/"],
        ["x\0"],
        ["a", "a"],
        ["a", "a/b"],
        ["a/b", "a"],
    ],
)
def test_a_plan_that_makes_no_sense_is_a_bug_and_writes_nothing(tmp_path: Path, paths: list[str]) -> None:
    with pytest.raises(ValueError, match="cannot plan"):
        write([PlannedFile(path, "core", b"") for path in paths], tmp_path / "orders")
    assert list(tmp_path.iterdir()) == []

"""Links are never written through: wherever one stands on the way to a planned file it is a conflict."""

from pathlib import Path

import pytest

from scaffold.disk.writing import preview, write
from scaffold.errors import ConflictError
from tests.faults.plans import COMPLETE, PLAN, contents, lay_out, picture


def refused(target: Path, root: Path) -> list[tuple[str, str]]:
    before = picture(root)
    with pytest.raises(ConflictError):
        preview(PLAN, target)
    with pytest.raises(ConflictError) as caught:
        write(PLAN, target)
    assert picture(root) == before
    return [(problem.where, problem.message.split(",")[0]) for problem in caught.value.problems]


@pytest.mark.parametrize("path", COMPLETE)
@pytest.mark.parametrize("aim", ["same", "other", "nothing"])
def test_in_place_of_any_file(tmp_path: Path, path: str, aim: str) -> None:
    lay_out(tmp_path / "elsewhere", {"same": COMPLETE[path], "other": b"mine\n"})
    link = tmp_path / "orders" / path
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "elsewhere" / aim)
    assert refused(tmp_path / "orders", tmp_path) == [(path, "got a symlink")]


@pytest.mark.parametrize("path", ["src", "src/orders", "src/orders/api", "tests"])
@pytest.mark.parametrize("aim", ["folder", "nothing"])
def test_in_place_of_any_directory(tmp_path: Path, path: str, aim: str) -> None:
    lay_out(tmp_path, {"elsewhere/folder/theirs.txt": b"mine\n", "orders/notes.txt": b"mine\n"})
    link = tmp_path / "orders" / path
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(tmp_path / "elsewhere" / aim)
    assert refused(tmp_path / "orders", tmp_path) == [(path, "got a symlink")]


@pytest.mark.parametrize("aim", ["folder", "file", "nothing", "orders"])
def test_in_place_of_the_target(tmp_path: Path, aim: str) -> None:
    lay_out(tmp_path, {"folder/theirs.txt": b"mine\n", "file": b"mine\n"})
    (tmp_path / "orders").symlink_to(tmp_path / aim)
    assert refused(tmp_path / "orders", tmp_path) == [(str(tmp_path / "orders"), "got a symlink")]


@pytest.mark.parametrize("aim", ["nothing", "parent"])
def test_a_link_to_nothing_above_the_target(tmp_path: Path, aim: str) -> None:
    (tmp_path / "parent").symlink_to(tmp_path / aim)
    assert refused(tmp_path / "parent/orders", tmp_path) == [(str(tmp_path / "parent"), "got a symlink")]


@pytest.mark.parametrize("target", ["parent/orders", "parent/more/orders", "parent/there"])
def test_a_link_to_a_directory_above_the_target_is_followed(tmp_path: Path, target: str) -> None:
    lay_out(tmp_path, {"disk/there/notes.txt": b"mine\n"})
    (tmp_path / "parent").symlink_to(tmp_path / "disk")
    write(PLAN, tmp_path / target)
    assert COMPLETE.items() <= contents(tmp_path / target).items()
    assert (tmp_path / "parent").is_symlink()
    assert (tmp_path / "disk/there/notes.txt").read_bytes() == b"mine\n"

"""What killed runs leave in the way is cleared by the next one, which touches nothing that may be somebody's."""

import os
import signal
from pathlib import Path

import pytest

from scaffold.disk.writing import preview, write
from scaffold.errors import ConflictError
from tests.faults.plans import BEGUN, COMPLETE, GROWN, PLAN, contents, lay_out, picture
from tests.faults.puppet import Orders
from tests.faults.puppets import finish, start

LEFTOVER = ".setting-up-python-backends-0123456789abcdef"


def test_a_leftover_that_holds_only_what_is_planned_is_cleared(tmp_path: Path) -> None:
    lay_out(
        tmp_path / LEFTOVER, {"pyproject.toml": COMPLETE["pyproject.toml"], "src/orders/domain/order.py": b"class Or"}
    )
    write(PLAN, tmp_path / "orders")
    assert [path.name for path in tmp_path.iterdir()] == ["orders"]


def test_an_empty_leftover_is_cleared_even_when_there_is_nothing_to_write(tmp_path: Path) -> None:
    lay_out(tmp_path, COMPLETE)
    (tmp_path / LEFTOVER).mkdir()
    write(PLAN, tmp_path)
    assert contents(tmp_path) == COMPLETE
    assert not (tmp_path / LEFTOVER).exists()


@pytest.mark.parametrize(
    "theirs",
    [
        {"pyproject.toml": COMPLETE["pyproject.toml"] + b"# and a line of mine\n"},
        {"pyproject.toml": COMPLETE["pyproject.toml"], "diary.txt": b"mine\n"},
        {"src/orders/api/app.py/nested": b"mine\n"},
    ],
    ids=["edited", "added", "file where a folder was planned"],
)
def test_a_leftover_that_somebody_worked_in_stays_as_it_is(tmp_path: Path, theirs: dict[str, bytes]) -> None:
    before = picture(lay_out(tmp_path / LEFTOVER, theirs))
    write(PLAN, tmp_path / "orders")
    assert picture(tmp_path / LEFTOVER) == before


def test_a_link_named_like_a_leftover_is_not_followed(tmp_path: Path) -> None:
    theirs = lay_out(tmp_path / "theirs", {"pyproject.toml": COMPLETE["pyproject.toml"]})
    (tmp_path / LEFTOVER).symlink_to(theirs)
    write(PLAN, tmp_path / "orders")
    assert (tmp_path / LEFTOVER).is_symlink()
    assert contents(theirs) == {"pyproject.toml": COMPLETE["pyproject.toml"]}


def test_a_leftover_with_a_link_inside_stays(tmp_path: Path) -> None:
    theirs = lay_out(tmp_path / "theirs", {"orders/api/app.py": COMPLETE["src/orders/api/app.py"]})
    (tmp_path / LEFTOVER).mkdir()
    (tmp_path / LEFTOVER / "src").symlink_to(theirs)
    write(PLAN, tmp_path / "orders")
    assert (tmp_path / LEFTOVER / "src").is_symlink()
    assert contents(theirs) == {"orders/api/app.py": COMPLETE["src/orders/api/app.py"]}


def test_a_folder_with_nearly_the_name_of_a_leftover_stays(tmp_path: Path) -> None:
    (tmp_path / f"{LEFTOVER}-mine").mkdir()
    write(PLAN, tmp_path / "orders")
    assert (tmp_path / f"{LEFTOVER}-mine").is_dir()


def test_neither_a_preview_nor_a_conflict_clears_anything(tmp_path: Path) -> None:
    before = picture(lay_out(tmp_path, {f"{LEFTOVER}/pyproject.toml": b"", "pyproject.toml": b"mine\n"}))
    with pytest.raises(ConflictError):
        write(PLAN, tmp_path)
    assert "created" in preview(PLAN, tmp_path / "orders").values()
    assert picture(tmp_path) == before


@pytest.mark.parametrize("call", [2, 13])
@pytest.mark.parametrize("begun", [{}, BEGUN], ids=["new directory", "existing project"])
def test_what_a_live_run_has_staged_is_left_to_it(tmp_path: Path, begun: dict[str, bytes], call: int) -> None:
    target = tmp_path / "orders"
    if begun:
        lay_out(target, begun)
    slow = start(Orders(str(target), trouble="SIGSTOP", at=call))
    os.waitpid(slow.pid, os.WUNTRACED)
    staged = [picture(folder) for folder in tmp_path.rglob(".setting-up-python-backends-*")]
    write(PLAN, target)
    assert [picture(folder) for folder in tmp_path.rglob(".setting-up-python-backends-*")] == staged != []
    slow.send_signal(signal.SIGCONT)
    assert finish(slow)[0]["code"] == 0
    assert contents(tmp_path) == {f"orders/{path}": held for path, held in (GROWN if begun else COMPLETE).items()}
    assert [path.name for path in tmp_path.iterdir()] == ["orders"]

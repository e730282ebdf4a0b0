"""A disk that is full, broken or forbidden ends in a message that names the path, and leaves everything as it was."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from scaffold import moves
from scaffold.errors import MachineError
from scaffold.writing import write

from tests.faults.plans import BEGUN, COMPLETE, GROWN, PLAN, contents, lay_out, picture
from tests.faults.puppet import Orders, Outcome
from tests.faults.puppets import play

DONE, MACHINE = 0, 5
ROOT = os.geteuid() == 0
NOBODY = 65534


@pytest.mark.parametrize("plain", [False, True], ids=["system's rename", "plain rename"])
@pytest.mark.parametrize(("target", "begun"), [("new/parents/orders", {}), ("orders", BEGUN)], ids=["new", "existing"])
@pytest.mark.parametrize(("trouble", "said"), [("ENOSPC", "No space left"), ("EIO", "Input/output error")])
def test_trouble_at_any_call_is_named_and_leaves_nothing_behind(
    tmp_path: Path, target: str, begun: Mapping[str, bytes], trouble: str, said: str, *, plain: bool
) -> None:
    template = lay_out(tmp_path / "template", {"notes.txt": b"mine\n"} | {f"{target}/{p}": c for p, c in begun.items()})
    orders: Orders = {"do": "every call", "template": str(template), "work": str(tmp_path / "work"), "target": target}
    *troubled, whole = play({**orders, "trouble": trouble, "plain": plain})
    assert len(troubled) == len(whole["calls"]) > len(PLAN) * 2
    for number, outcome in enumerate(troubled, start=1):
        home = tmp_path / "work" / str(number)
        if outcome["code"] == DONE:
            # The trouble was met while tidying up: the plan is there, and the next run tidies.
            assert outcome["calls"][number - 1] in {"unlink", "rmdir"}
            write(PLAN, home / target)
            assert contents(home / target) == (GROWN if begun else COMPLETE)
        else:
            assert outcome["code"] == MACHINE
            assert [str(home) in where and said in message for where, message in outcome["problems"]] == [True]
            assert picture(home) == picture(template)


def test_the_file_that_could_not_be_written_is_named(tmp_path: Path) -> None:
    [outcome] = play({"do": "run", "target": str(tmp_path / "orders"), "file_size": 100})
    [[where, message]] = outcome["problems"]
    assert outcome["code"] == MACHINE
    assert where == str(tmp_path / "orders/src/orders/domain/order.py")
    assert message == "got File too large, expected to write there: make room or rights, or choose another place"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def namespace() -> tuple[str, ...]:
    """A command that gives its child mounts of its own, where this machine allows it."""
    command = ("unshare", "--mount", "--map-root-user")
    if not shutil.which("unshare") or subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    return command


@pytest.mark.parametrize("lacking", ["size", "inodes"])
def test_a_disk_that_is_really_full_holds_all_or_nothing(
    tmp_path: Path, namespace: tuple[str, ...], lacking: str
) -> None:
    *full, enough = play({"do": lacking, "work": str(tmp_path), "target": "new/orders"}, wrapper=namespace)
    assert len(full) > 3
    for outcome in full:
        assert outcome["code"] == MACHINE
        assert "No space left on device" in outcome["problems"][0][1]
        assert outcome["left"] == {}
    assert {path for path in enough["left"] if not path.endswith("/")} == {f"new/orders/{path}" for path in COMPLETE}


@pytest.fixture
def shared() -> Iterator[Path]:
    """A directory that a user without rights can reach, and may write to."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o777)
        yield Path(made)


def play_without_rights(target: Path) -> Outcome:
    orders: Orders = {"do": "run", "target": str(target)}
    [outcome] = play({**orders, "uid": NOBODY} if ROOT else orders)
    return outcome


@pytest.mark.parametrize("target", ["locked/orders", "locked/deep/in/orders"])
def test_a_parent_that_may_not_be_written_is_named(shared: Path, target: str) -> None:
    (shared / "locked").mkdir(mode=0o555)
    outcome = play_without_rights(shared / target)
    assert outcome["code"] == MACHINE
    assert outcome["problems"][0][0] == str(shared / target)
    assert "Permission denied" in outcome["problems"][0][1]
    assert list((shared / "locked").iterdir()) == []


def test_a_folder_that_may_not_be_written_takes_back_what_was_published_before_it(shared: Path) -> None:
    lay_out(shared / "orders", BEGUN)
    ...


def test_a_name_that_is_too_long_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="File name too long"):
        write(PLAN, tmp_path / "deep" / ("x" * 300) / "orders")
    assert list(tmp_path.iterdir()) == []

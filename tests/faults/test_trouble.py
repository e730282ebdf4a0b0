"""A disk that is full, broken or forbidden ends in a message that names the path, and leaves everything as it was."""

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.disk import moves
from scaffold.disk.writing import write
from scaffold.errors import MachineError
from tests.faults.plans import BEGUN, COMPLETE, EXISTING, GROWN, NEW, PLAN, Scene, contents, lay_out, picture
from tests.faults.puppet import Orders, Outcome
from tests.faults.puppets import play, play_at_every_call

DONE, MACHINE = 0, 5
NOBODY = 65534


@pytest.mark.parametrize(
    ("scene", "plain"),
    [(NEW, False), (EXISTING, False), (EXISTING, True)],
    ids=["new directory", "existing project", "existing project, plain rename"],
)
@pytest.mark.parametrize("trouble", ["ENOSPC", "EIO"])
def test_trouble_at_any_call_is_named_and_leaves_nothing_behind(
    tmp_path: Path, scene: Scene, trouble: str, *, plain: bool
) -> None:
    said = os.strerror(getattr(errno, trouble))
    for home, outcome in play_at_every_call(tmp_path, scene, trouble, plain=plain):
        if outcome["code"] == MACHINE:
            assert [str(home) in where and said in message for where, message in outcome["problems"]] == [True]
            assert picture(home) == picture(tmp_path / "template")
        else:
            # Met while tidying up, which can wait: the plan is there, and the next run tidies.
            assert outcome["code"] == DONE
            assert outcome["calls"][int(home.name) - 1] in {"unlink", "rmdir"}
            write(PLAN, home / scene.target)
            assert contents(home) == scene.after


def test_the_file_that_could_not_be_written_is_named(tmp_path: Path) -> None:
    [outcome] = play(Orders(str(tmp_path / "orders"), file_size=100))
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
    *full, enough = play(Orders("new/orders", lacking, work=str(tmp_path)), wrapper=namespace)
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
    [outcome] = play(Orders(str(target), uid=NOBODY if os.geteuid() == 0 else None))
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
    (shared / "orders").chmod(0o777)
    (shared / "orders/src/orders").chmod(0o555)
    before = picture(shared)
    outcome = play_without_rights(shared / "orders")
    assert outcome["code"] == MACHINE
    assert outcome["problems"][0][0] == str(shared / "orders/src/orders/__init__.py")
    assert "Permission denied" in outcome["problems"][0][1]
    assert picture(shared) == before


def test_what_cannot_be_taken_back_is_named_and_the_next_run_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, BEGUN)

    def forbidden(*_: object, **__: object) -> bool:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    def rename(how: moves.Rename, source: int, old: str, target: int, new: str) -> bool:
        return forbidden() if new == "api" else system_call(how, source, old, target, new)

    system_call = moves.rename
    with monkeypatch.context() as trouble:
        trouble.setattr(moves, "rename", rename)
        trouble.setattr(os, "rename", forbidden)
        with pytest.raises(MachineError) as caught:
            write(PLAN, tmp_path)
    published = ("LICENSE", "src/orders/__init__.py", "src/orders/py.typed", "src/orders/domain/order.py")
    assert [(problem.where, problem.message.split(",")[0]) for problem in caught.value.problems] == [
        (str(tmp_path / "src/orders/api"), "got Permission denied"),
        *(
            (str(tmp_path / path), "was written and could not be taken back (Permission denied): run again to finish")
            for path in published
        ),
    ]
    assert contents(tmp_path) == BEGUN | {path: COMPLETE[path] for path in published}
    write(PLAN, tmp_path)
    assert contents(tmp_path) == GROWN


def test_an_interrupt_while_publishing_takes_back_what_was_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(how: moves.Rename, source: int, old: str, target: int, new: str) -> bool:
        done = system_call(how, source, old, target, new)
        if new == "api":
            raise KeyboardInterrupt
        return done

    system_call = moves.rename
    monkeypatch.setattr(moves, "rename", interrupt)
    before = picture(lay_out(tmp_path, BEGUN))
    with pytest.raises(KeyboardInterrupt):
        write(PLAN, tmp_path)
    assert picture(tmp_path) == before


def test_a_name_that_is_too_long_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="File name too long"):
        write(PLAN, tmp_path / "deep" / ("x" * 300) / "orders")
    assert list(tmp_path.iterdir()) == []

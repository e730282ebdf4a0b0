"""A run that cannot finish takes back what it published, and only what is still its own."""

from pathlib import Path

import pytest

from scaffold.disk.writing import write
from scaffold.errors import ConflictError, MachineError
from scaffold.plan import PlannedFile, WhenPresent
from tests.faults.conftest import Schedule
from tests.faults.plans import BEGUN, COMPLETE, PLAN, contents, lay_out

TWO_LISTS = [
    PlannedFile(name, "core", b"/build\n", WhenPresent.APPEND_LINES) for name in (".gitignore", ".dockerignore")
]


def test_when_the_second_of_two_lists_cannot_be_extended_the_first_is_as_it_was(
    tmp_path: Path, before_move: Schedule
) -> None:
    lay_out(tmp_path, {".gitignore": b"a", ".dockerignore": b"b"})

    def swap_in() -> None:
        (tmp_path / ".dockerignore").unlink()
        lay_out(tmp_path, {".dockerignore/theirs": b"mine\n"})

    before_move(".dockerignore", swap_in)
    with pytest.raises((ConflictError, MachineError)):
        write(TWO_LISTS, tmp_path)
    assert contents(tmp_path) == {".gitignore": b"a", ".dockerignore/theirs": b"mine\n"}


def test_what_somebody_changed_since_it_was_published_is_not_taken_back(tmp_path: Path, before_move: Schedule) -> None:
    lay_out(tmp_path, {".gitignore": b"a", ".dockerignore": b"b"})

    def work_on() -> None:
        lay_out(tmp_path, {"LICENSE": b"theirs\n", "src/orders/notes.txt": b"theirs\n", ".gitignore": b"theirs\n"})
        (tmp_path / ".dockerignore").unlink()
        lay_out(tmp_path, {".dockerignore/theirs": b"mine\n"})

    before_move(".dockerignore", work_on)
    with pytest.raises(MachineError) as caught:
        write([*PLAN[1:], *TWO_LISTS], tmp_path)
    stuck = {Path(problem.where).name for problem in caught.value.problems if "taken back" in problem.message}
    assert stuck == {".gitignore", "LICENSE", "src"}
    held = contents(tmp_path)
    assert held.pop("LICENSE") == held.pop("src/orders/notes.txt") == held.pop(".gitignore") == b"theirs\n"
    assert held.pop(".dockerignore/theirs") == b"mine\n"
    assert all(path.startswith("src/") and COMPLETE[path] == content for path, content in held.items())


def test_a_place_that_never_holds_still_is_given_up_with_nothing_left(tmp_path: Path, before_move: Schedule) -> None:
    target = lay_out(tmp_path, BEGUN) / ".gitignore"
    edits = [b"1\n", b"2\n", b"3\n"]

    def keep_editing() -> None:
        target.write_bytes(edits.pop(0))
        if edits:
            before_move("tests", keep_editing)

    before_move("tests", keep_editing)
    with pytest.raises(MachineError, match=r"\.gitignore: got an edit by somebody else"):
        write(PLAN, tmp_path)
    assert contents(tmp_path) == BEGUN | {".gitignore": b"3\n"}

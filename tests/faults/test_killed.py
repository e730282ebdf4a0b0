"""A run that dies at any moment leaves nothing half done that the next run does not finish."""

import signal
from pathlib import Path

import pytest

from scaffold.disk.writing import write
from tests.faults.plans import BEGUN, EXISTING, GROWN, NEW, PLAN, Scene, contents, lay_out, picture
from tests.faults.puppets import play_at_every_call

STAGING = ".setting-up-python-backends-"

either_rename = pytest.mark.parametrize("plain", [False, True], ids=["system's rename", "plain rename"])


def homes_of_the_killed(work: Path, scene: Scene, *, plain: bool) -> list[Path]:
    """One home for each call that changes the disk, where a run was killed at that call, half way if it writes."""
    killed = play_at_every_call(work, scene, "SIGKILL", plain=plain)
    assert {outcome["code"] for _, outcome in killed} == {-signal.SIGKILL}
    return [home for home, _ in killed]


@either_rename
def test_a_new_directory_is_absent_or_complete_and_the_next_run_completes_it(tmp_path: Path, *, plain: bool) -> None:
    for home in homes_of_the_killed(tmp_path, NEW, plain=plain):
        if (home / "new").exists():
            assert NEW.after == contents(home)
        write(PLAN, home / NEW.target)
        assert contents(home) == NEW.after
        assert sorted(path.name for path in home.iterdir()) == ["neighbour.txt", "new"]


@either_rename
def test_in_a_project_nothing_is_lost_or_cut_short_and_the_next_run_finishes(tmp_path: Path, *, plain: bool) -> None:
    unharmed = lay_out(tmp_path / "unharmed", EXISTING.before)
    write(PLAN, unharmed / EXISTING.target)
    for home in homes_of_the_killed(tmp_path, EXISTING, plain=plain):
        left = contents(home / EXISTING.target)
        left = {path: held for path, held in left.items() if not path.startswith(STAGING)}
        assert BEGUN.keys() <= left.keys()
        assert all(held in (BEGUN.get(path), GROWN[path]) for path, held in left.items())
        write(PLAN, home / EXISTING.target)
        assert picture(home) == picture(unharmed)

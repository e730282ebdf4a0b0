"""A run that dies at any moment leaves nothing half done that the next run does not finish."""

import signal
from collections.abc import Mapping
from pathlib import Path

import pytest
from scaffold.writing import write

from tests.faults.plans import BEGUN, COMPLETE, GROWN, PLAN, contents, lay_out, picture
from tests.faults.puppets import play

KILLED = -signal.SIGKILL
STAGING = ".setting-up-python-backends-"


def kill_at_every_call(tmp_path: Path, target: str, begun: Mapping[str, bytes], *, plain: bool) -> list[Path]:
    """One home for each call that changes the disk, in which a run was killed at that call, half way if it writes."""
    template, work = tmp_path / "template", tmp_path / "work"
    lay_out(template, {"neighbour.txt": b"mine\n"} | {f"{target}/{path}": held for path, held in begun.items()})
    *killed, whole = play(
        {
            "do": "every call",
            "template": str(template),
            "work": str(work),
            "target": target,
            "trouble": "SIGKILL",
            "plain": plain,
        }
    )
    assert [outcome["code"] for outcome in killed] == [KILLED] * len(whole["calls"])
    assert {"mkdir", "open", "write"} < set(whole["calls"])
    return [work / str(number + 1) for number in range(len(killed))]


@pytest.mark.parametrize("plain", [False, True], ids=["system's rename", "plain rename"])
def test_a_new_directory_is_absent_or_complete_and_the_next_run_leaves_it_complete(
    tmp_path: Path, *, plain: bool
) -> None:
    homes = kill_at_every_call(tmp_path, "new/parents/orders", {}, plain=plain)
    for home in homes:
        if (home / "new").exists():
            assert contents(home / "new/parents/orders") == COMPLETE
        assert write(PLAN, home / "new/parents/orders").kept == ()
        assert contents(home) == {"neighbour.txt": b"mine\n"} | {f"new/parents/orders/{p}": c for p, c in COMPLETE.items()}
        assert sorted(path.name for path in home.iterdir()) == ["neighbour.txt", "new"]


@pytest.mark.parametrize("plain", [False, True], ids=["system's rename", "plain rename"])
def test_in_a_project_that_exists_nothing_is_lost_or_cut_short_and_the_next_run_finishes(
    tmp_path: Path, *, plain: bool
) -> None:
    homes = kill_at_every_call(tmp_path, "orders", BEGUN, plain=plain)
    write(PLAN, lay_out(tmp_path / "unharmed", BEGUN))
    for home in homes:
        after_kill = {path: held for path, held in contents(home / "orders").items() if not path.startswith(STAGING)}
        assert BEGUN.keys() <= after_kill.keys()
        assert all(held in (BEGUN.get(path), GROWN[path]) for path, held in after_kill.items())
        write(PLAN, home / "orders")
        assert picture(home / "orders") == picture(tmp_path / "unharmed")

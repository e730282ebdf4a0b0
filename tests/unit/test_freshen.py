"""What `poe freshen` stands on: comparing locks, trying versions in a copy of the skill, finding what broke a gate."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from maintenance.locks import changes, versions
from maintenance.proving import Skill, culprit

LOCK = """\
version = 1

[[package]]
name = "proven-api"
version = "0.1.0"
source = {{ editable = "." }}

[[package]]
name = "msgspec"
version = "{msgspec}"
source = {{ registry = "https://example.org/simple" }}

[[package]]
name = "{other}"
version = "1.0"
source = {{ registry = "https://example.org/simple" }}
"""


def lock(path: Path, msgspec: str, other: str) -> Path:
    path.write_text(LOCK.format(msgspec=msgspec, other=other))
    return path


def test_a_lock_lists_what_comes_from_an_index_and_not_the_project_itself(tmp_path: Path) -> None:
    assert versions(lock(tmp_path / "a", "0.22.0", "six")) == {"msgspec": "0.22.0", "six": "1.0"}


def test_what_a_new_lock_changes_adds_and_leaves_out_is_named(tmp_path: Path) -> None:
    before, after = lock(tmp_path / "a", "0.22.0", "six"), lock(tmp_path / "b", "0.23.0", "anyio")

    assert changes(before, after) == {"anyio": ("", "1.0"), "msgspec": ("0.22.0", "0.23.0"), "six": ("1.0", "")}


@pytest.mark.parametrize("broken", "abcde")
def test_the_one_release_that_breaks_a_gate_is_found_by_halving(broken: str) -> None:
    tried: list[Sequence[str]] = []

    def is_red(taken: Sequence[str]) -> bool:
        tried.append(taken)
        return broken in taken

    assert culprit("abcde", is_red) == broken
    assert len(tried) <= 3


def test_a_floor_is_raised_and_its_ceiling_stays(tmp_path: Path) -> None:
    (tmp_path / "skill.yaml").write_text('packages:\n  redis: ">=8.1,<9"\n  redis-py: ">=1.0"\n')

    Skill(tmp_path).take_floors({"redis": "8.2.1"})

    assert (tmp_path / "skill.yaml").read_text() == 'packages:\n  redis: ">=8.2.1,<9"\n  redis-py: ">=1.0"\n'

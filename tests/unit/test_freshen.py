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


def test_what_was_proven_in_a_copy_is_handed_over_whole_ceilings_and_uv_included(tmp_path: Path) -> None:
    original = tmp_path / "original"
    for path in ("scripts/scaffold/emitting", "assets/frameworks/fastapi"):
        (original / path).mkdir(parents=True)
    for path, text in {
        "skill.yaml": 'defaults: {uv: "0.13.9"}\npackages:\n  redis: ">=8.1,<9"\n',
        "pyproject.toml": 'dependencies = ["ruff==0.17.6"]\n',
        "scripts/bootstrap.py": '# dependencies = ["ruff==0.17.6"]\n',
        "scripts/scaffold/emitting/formatting.py": 'RUFF = "0.17.6"\n',
    }.items():
        _ = (original / path).write_text(text)
    _ = lock(original / "assets/frameworks/fastapi/uv.lock", "0.22.0", "six")
    copy = Skill.copied(original, tmp_path / "copy")

    copy.take_floors({"redis": "8.2"})
    copy.take_uv("0.14.0")
    copy.take_lock("fastapi", lock(tmp_path / "newer", "0.23.0", "six"), "0.18.0")
    copy.hand_over(original, ["fastapi"])

    assert (original / "skill.yaml").read_text() == 'defaults: {uv: "0.14.0"}\npackages:\n  redis: ">=8.2,<9"\n'
    assert (original / "pyproject.toml").read_text() == 'dependencies = ["ruff==0.18.0"]\n'
    assert (original / "scripts/scaffold/emitting/formatting.py").read_text() == 'RUFF = "0.18.0"\n'
    assert versions(original / "assets/frameworks/fastapi/uv.lock")["msgspec"] == "0.23.0"

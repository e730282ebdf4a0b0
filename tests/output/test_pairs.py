"""Combinations of add-ons really built: a set in which every two add-ons meet, and miss each other, in each way."""

import json
import os
import subprocess
import sys
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from scaffold.catalogue import SKILL_ROOT
from tests.output.emissions import catalogue, combinations_of_addons
from tests.output.images import namespaces_or_skip
from tests.output.test_presets import hostile
from tests.services import postgres_or_skip, redis_or_skip

RESOURCE = "order: customer_id:uuid, total:decimal, note:str?"
NAMES = [choice.name for choice in catalogue().addons]

Pair = tuple[str, bool, str, bool]


def pairs(chosen: tuple[str, ...]) -> set[Pair]:
    return {(one, one in chosen, other, other in chosen) for one, other in combinations(NAMES, 2)}


def covering() -> list[tuple[str, ...]]:
    """Choose greedily what has most of the pairs that are missing; of two with as many, the larger."""
    missing = {(a, x, b, y) for a, b in combinations(NAMES, 2) for x, y in product((True, False), repeat=2)}
    rows = [tuple(NAMES)]
    missing -= pairs(rows[0])
    candidates = sorted(combinations_of_addons(), key=len, reverse=True)
    while missing:
        rows.append(max(candidates, key=lambda row: len(pairs(row) & missing)))
        missing -= pairs(rows[-1])
    return rows


ROWS = covering()


def verified(target: Path, *options: str, **environment: str) -> dict[str, Any]:
    command = [sys.executable, SKILL_ROOT / "scripts/bootstrap.py", "orders-api", "--into", target, "--json"]
    finished = subprocess.run(
        [*command, "--resource", RESOURCE, *options],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.stdout, finished.stderr
    return json.loads(finished.stdout)


def red_of(verification: dict[str, Any]) -> list[Any]:
    return [gate for gate in verification["gates"] if gate["status"] not in {"green", "not-applicable"}]


def test_every_two_addons_meet_in_each_way() -> None:
    covered = set[Pair]().union(*map(pairs, ROWS))

    assert len(covered) == len(NAMES) * (len(NAMES) - 1) // 2 * 4
    assert tuple(NAMES) in ROWS


@pytest.mark.presets
@pytest.mark.parametrize("addons", ROWS, ids=["-".join(row) or "bare" for row in ROWS])
def test_it_passes_every_gate_and_skips_nothing(tmp_path: Path, addons: tuple[str, ...]) -> None:
    _ = postgres_or_skip(), redis_or_skip()
    chosen = ("--with", ",".join(addons)) if addons else ()

    verification = verified(tmp_path / "orders-api", *chosen, "--verify")["verification"]

    assert red_of(verification) == []
    assert verification["skipped_tests"] == []


@pytest.mark.presets
def test_with_everything_what_a_developer_has_set_changes_no_test_and_no_gate(tmp_path: Path) -> None:
    target = tmp_path / "orders-api"
    _ = verified(target, "--with", ",".join(NAMES))
    _ = subprocess.run(["uv", "sync", "--quiet"], cwd=target, check=True)
    environment = {**os.environ, **hostile(target)}

    tested = subprocess.run(
        [target / ".venv/bin/pytest", "-q"], cwd=target, env=environment, capture_output=True, text=True, check=False
    )
    checked = subprocess.run(
        [sys.executable, SKILL_ROOT / "scripts/verify.py", target, "--only", "migrations,boot"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert tested.returncode == 0, tested.stdout
    assert checked.returncode == 0, checked.stdout


@pytest.mark.presets
def test_with_everything_and_no_server_at_all_every_gate_passes(tmp_path: Path) -> None:
    namespaces_or_skip()
    target = tmp_path / "orders-api"
    _ = verified(target, "--with", ",".join(NAMES))
    _ = subprocess.run(["uv", "sync", "--quiet"], cwd=target, check=True)
    # A network of its own holds nothing but its loopback interface.
    verify = f"ip link set lo up && exec {sys.executable} {SKILL_ROOT}/scripts/verify.py {target} --json"
    alone = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}

    finished = subprocess.run(
        ["unshare", "--net", "bash", "-c", verify],
        env={**alone, "UV_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    verification = json.loads(finished.stdout)
    assert red_of(verification) == []
    assert [skip["reason"] for skip in verification["skipped_tests"]]

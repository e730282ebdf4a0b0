"""Backends really built, with sets of add-ons in which every two of them meet, and miss each other, in each way."""

import json
import os
import subprocess
import sys
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from scaffold.features.catalogue import SKILL_ROOT
from tests.interpreter import python_or_skip
from tests.output.emissions import Addons, addons_of, frameworks, label, telling_backends
from tests.output.images import namespaces_or_skip
from tests.services import postgres_or_skip, redis_or_skip

# Each backend is about something else: nouns that emitted code has uses for itself, in other places.
NOUNS = ("job", "value", "relay", "session", "request", "error", "field", "cache", "document", "service")
BACKENDS = [(*backend, noun) for backend, noun in zip(telling_backends(), cycle(NOUNS), strict=False)]


def verified(target: Path, *options: str, noun: str = "order") -> dict[str, Any]:
    _ = python_or_skip()
    command = [sys.executable, SKILL_ROOT / "scripts/bootstrap.py", "orders-api", "--into", target, "--json"]
    finished = subprocess.run(
        [*command, "--resource", f"{noun}: customer_id:uuid, total:decimal, note:str?", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.stdout, finished.stderr
    return json.loads(finished.stdout)


def red_of(verification: dict[str, Any]) -> list[Any]:
    return [gate for gate in verification["gates"] if gate["status"] not in {"green", "not-applicable"}]


@pytest.mark.presets
@pytest.mark.parametrize(
    ("framework", "addons", "noun"),
    BACKENDS,
    ids=[f"{noun}-{label(framework, addons)}" for framework, addons, noun in BACKENDS],
)
def test_it_passes_every_gate_and_skips_nothing(tmp_path: Path, framework: str, addons: Addons, noun: str) -> None:
    _ = postgres_or_skip(), redis_or_skip()
    chosen = ("--with", ",".join(addons)) if addons else ()

    outcome = verified(tmp_path / "orders-api", "--framework", framework, *chosen, "--verify", noun=noun)
    verification = outcome["verification"]

    assert red_of(verification) == []
    assert verification["skipped_tests"] == []


@pytest.mark.presets
@pytest.mark.parametrize("framework", frameworks())
def test_with_everything_and_no_server_at_all_every_gate_passes(tmp_path: Path, framework: str) -> None:
    namespaces_or_skip()
    target = tmp_path / "orders-api"
    _ = verified(target, "--framework", framework, "--with", ",".join(addons_of(framework)))
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

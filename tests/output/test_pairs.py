"""Backends really built, with sets of add-ons in which every two of them meet, and miss each other, in each way.

Those with every add-on are checked where a developer has set whatever there is, and no server runs; the others where
nothing is set and there are servers.
"""

import json
import os
import shutil
import subprocess
import sys
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from scaffold.features.catalogue import SKILL_ROOT
from tests.interpreter import python_or_skip
from tests.output.emissions import addons_of, can_store_nothing, catalogue, frameworks, label, telling_backends
from tests.output.images import namespaces_or_skip
from tests.output.namings import Addons
from tests.output.test_presets import hostile
from tests.services import postgres_or_skip, redis_or_skip

# Each backend is about something else: nouns that emitted code has uses for itself, in other places.
NOUNS = ("job", "value", "relay", "session", "request", "error", "field", "cache", "document", "service")
BACKENDS = [
    (framework, addons, noun)
    for (framework, addons), noun in zip(telling_backends(), cycle(NOUNS), strict=False)
    if addons != addons_of(framework)
]


def given(framework: str, addons: Addons, noun: str) -> list[str]:
    """Return the options that a backend can have, each with a noun: that of the resource where it has to be one."""
    features = catalogue().features(framework, addons)
    options = [option for feature in features for option in feature.table("options").items()]
    return [text for name, option in options for text in (f"--{name}", noun if "of" in option else "billing")]


def verified(target: Path, *options: str, noun: str = "order") -> dict[str, Any]:
    return emitted(target, "--resource", f"{noun}: customer_id:uuid, total:decimal, note:str?", *options)


def emitted(target: Path, *options: str) -> dict[str, Any]:
    _ = python_or_skip()
    command = [sys.executable, SKILL_ROOT / "scripts/bootstrap.py", "orders-api", "--into", target, "--json"]
    finished = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
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
    options = given(framework, addons, noun) if BACKENDS.index((framework, addons, noun)) % 2 == 0 else []

    outcome = verified(tmp_path / "orders-api", "--framework", framework, *chosen, *options, "--verify", noun=noun)
    verification = outcome["verification"]

    assert red_of(verification) == []
    assert verification["skipped_tests"] == []


@pytest.mark.presets
@pytest.mark.parametrize("framework", [name for name in frameworks() if can_store_nothing(name, ())])
def test_a_service_that_stores_nothing_passes_every_gate_with_every_addon_that_it_can_have(
    tmp_path: Path, framework: str
) -> None:
    addons = [name for name in addons_of(framework) if can_store_nothing(framework, (name,))]
    options = ("--with", ",".join(addons), "--upstream", "rates:external", "--no-resource")

    outcome = emitted(tmp_path / "quotes", "--framework", framework, *options, "--verify")

    assert red_of(outcome["verification"]) == []


@pytest.mark.presets
def test_a_service_that_only_reads_passes_every_gate(tmp_path: Path) -> None:
    rate = "rate by currency: on:date, factor:decimal(>0), currency:enum(CHF|EUR); get, list"

    outcome = emitted(tmp_path / "rates", "--with", "database,auth", "--resource", rate, "--verify")

    assert red_of(outcome["verification"]) == []


@pytest.mark.presets
@pytest.mark.parametrize("framework", frameworks())
def test_with_everything_no_server_at_all_and_hostile_settings_every_gate_passes(
    tmp_path: Path, framework: str
) -> None:
    namespaces_or_skip()
    target, addons = tmp_path / "orders-api", addons_of(framework)
    noun = NOUNS[frameworks().index(framework)]
    options = ("--framework", framework, "--with", ",".join(addons), *given(framework, addons, noun))
    _ = verified(target, *options, noun=noun)
    _ = shutil.copyfile(catalogue().proven_lock(framework), target / "uv.lock")
    _ = subprocess.run(["uv", "sync", "--quiet"], cwd=target, check=True)

    # verify.py sets a shell's settings aside. A developer's own run of the tests does not, and is the gate here.
    tested = without_servers(target, f"{target}/.venv/bin/pytest -q -rs")
    others = "sync,format,lint,types,boundaries,migrations,boot"
    checked = without_servers(target, f"{sys.executable} {SKILL_ROOT}/scripts/verify.py . --only {others}")

    assert tested.returncode == 0, tested.stdout
    assert "SKIPPED" not in tested.stdout
    assert checked.returncode == 0, checked.stdout


def without_servers(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command with settings that nothing can run on, in a network that is nothing but a loopback interface."""
    shell = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}
    proxies = {"HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "socks5://127.0.0.1:9"}
    return subprocess.run(
        ["unshare", "--net", "bash", "-c", f"ip link set lo up && exec {command}"],
        cwd=project,
        env={**shell, **hostile(project), **proxies, "UV_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

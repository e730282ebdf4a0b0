"""Backends really built, with sets of add-ons in which every two of them meet, and miss each other, in each way."""

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
from tests.output.emissions import addons_of, catalogue, frameworks, label, telling_backends
from tests.output.images import namespaces_or_skip
from tests.output.namings import Addons
from tests.output.test_presets import hostile
from tests.services import postgres_or_skip, redis_or_skip

# Each backend is about something else: nouns that emitted code has uses for itself, in other places.
NOUNS = ("job", "value", "relay", "session", "request", "error", "field", "cache", "document", "service")
BACKENDS = [(*backend, noun) for backend, noun in zip(telling_backends(), cycle(NOUNS), strict=False)]


def given(framework: str, addons: Addons, noun: str) -> list[str]:
    """Return the options that a backend can have, each with a noun: that of the resource where it has to be one."""
    features = catalogue().features(framework, addons)
    options = [option for feature in features for option in feature.table("options").items()]
    return [text for name, option in options for text in (f"--{name}", noun if "of" in option else "billing")]


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
    options = given(framework, addons, noun) if BACKENDS.index((framework, addons, noun)) % 2 == 0 else []

    outcome = verified(tmp_path / "orders-api", "--framework", framework, *chosen, *options, "--verify", noun=noun)
    verification = outcome["verification"]

    assert red_of(verification) == []
    assert verification["skipped_tests"] == []


@pytest.fixture(scope="module", params=frameworks())
def everything(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Emit a backend with every add-on, and install what the skill was proven with."""
    framework, target = str(request.param), tmp_path_factory.mktemp("everything") / "orders-api"
    addons = addons_of(framework)
    _ = verified(target, "--framework", framework, "--with", ",".join(addons), *given(framework, addons, "order"))
    _ = shutil.copyfile(catalogue().proven_lock(framework), target / "uv.lock")
    _ = subprocess.run(["uv", "sync", "--quiet"], cwd=target, check=True)
    return target


@pytest.mark.presets
def test_with_everything_what_a_developer_has_set_changes_no_test_and_no_gate(everything: Path) -> None:
    environment = {**os.environ, **hostile(everything)}
    verify = [sys.executable, SKILL_ROOT / "scripts/verify.py", everything, "--only", "migrations,boot"]

    tested = subprocess.run(
        [everything / ".venv/bin/pytest", "-q"],
        cwd=everything,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    checked = subprocess.run(verify, env=environment, capture_output=True, text=True, check=False)
    (everything / ".env").unlink()

    assert tested.returncode == 0, tested.stdout
    assert checked.returncode == 0, checked.stdout


@pytest.mark.presets
def test_with_everything_and_no_server_at_all_every_gate_passes(everything: Path) -> None:
    namespaces_or_skip()
    # A network of its own holds nothing but its loopback interface.
    verify = f"ip link set lo up && exec {sys.executable} {SKILL_ROOT}/scripts/verify.py {everything} --json"
    alone = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}

    finished = subprocess.run(
        ["unshare", "--net", "bash", "-c", verify],
        env={**alone, "UV_OFFLINE": "1", "HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "socks5://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )

    verification = json.loads(finished.stdout)
    assert red_of(verification) == []
    assert verification["skipped_tests"] == []

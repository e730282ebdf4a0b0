"""What references/boundaries.md says is caught, is caught, and what it has one write is accepted."""

import json
import os
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from scaffold.checking.tools import find_uv
from scaffold.errors import SkillError
from tests.documents import facts
from tests.documents.markdown import page
from tests.output.emissions import addons_of, catalogue, emit, frameworks, texts
from tests.output.namings import EVERYDAY

PAGE = page("references/boundaries.md")
LAYERS = "Layers point inwards, siblings do not meet"
EDGE = "The HTTP edge's packages stay in api"
ROOT_ONLY = "Only the composition root reaches into infrastructure"
GRAPH = "tests/unit/test_boundaries.py"
KEPT: tuple[str, ...] = ()

Contracts = list[dict[str, Any]]


def emitted_contracts(*addons: str) -> Contracts:
    return cast("Contracts", _importlinter(facts.emitted(*addons)["pyproject.toml"])["contracts"])


def contracts_of(framework: str) -> Contracts:
    """Return the contracts of a framework with every add-on that it can have."""
    files = texts(emit(EVERYDAY, framework, addons_of(framework)))
    return cast("Contracts", _importlinter(files["pyproject.toml"])["contracts"])


def with_worker() -> Contracts:
    """Replace those contracts that the page shows."""
    (block,) = [fence.text for fence in PAGE.fences if fence.language == "toml"]
    shown = {contract["name"]: contract for contract in cast("Contracts", _importlinter(block)["contracts"])}
    return [shown.get(contract["name"], contract) for contract in emitted_contracts()]


@dataclass(frozen=True, slots=True)
class Backend:
    """What is emitted, on disk, with the tools that hold its rules."""

    root: Path
    tools: Path

    def write(self, module: str, line: str) -> None:
        path = self.root / "src" / facts.PACKAGE / module
        path.parent.mkdir(exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else '"""New."""\n'
        _ = path.write_text(f"{before}\n{line}\n", encoding="utf-8")

    def broken(self, contracts: Contracts) -> tuple[str, ...]:
        """Return the names of the rules that do not hold."""
        _ = (self.root / "contracts.toml").write_text(_toml(contracts), encoding="utf-8")
        linted = self._run("lint-imports", "--config", "contracts.toml", "--no-cache")
        assert "Contracts: " in linted, linted
        tested = self._run("pytest", "-c", os.devnull, "--confcutdir=tests/unit", "--rootdir=.", GRAPH)
        assert " passed" in tested or "assert outside == set()" in tested, tested
        names = [str(contract["name"]) for contract in contracts]
        return (*(name for name in names if f"{name} BROKEN" in linted), *([GRAPH] if " failed" in tested else []))

    def _run(self, tool: str, *arguments: str) -> str:
        # Set to nothing, it lets the tools keep their bytecode: without, each start compiles them anew.
        environment = {**os.environ, "PYTHONPATH": "src", "PYTHONDONTWRITEBYTECODE": ""}
        command = [self.tools / tool, *arguments]
        finished = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)
        return finished.stdout + finished.stderr


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the tools in the versions that a backend gets, or skip where that cannot be done."""
    folder = tmp_path_factory.mktemp("tools")
    floors = catalogue().skill["packages"]
    wanted = [f"{package}{floors[package]}" for package in ("grimp", "import-linter", "pytest")]
    python = facts.emitted()["pyproject.toml"].partition('requires-python = "')[2].partition('"')[0]
    try:
        uv = find_uv(folder)
    except SkillError as error:
        pytest.skip(str(error))
    for command in (["venv", "--python", python, "env"], ["pip", "install", "--python", "env", *wanted]):
        done = subprocess.run([uv, "--quiet", *command], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"the tools of a backend cannot be installed: {done.stderr.strip().splitlines()[0]}")
    return folder / "env" / "bin"


@pytest.fixture
def backend(tmp_path: Path, tools: Path) -> Backend:
    for path, text in facts.emitted().items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        _ = place.write_text(text, encoding="utf-8")
    return Backend(tmp_path, tools)


def test_the_page_explains_every_contract() -> None:
    explained = {row.cells["Contract"]: row.cells["Catches"] for row in PAGE.rows if "Contract" in row.cells}
    emitted = {str(contract["name"]) for name in frameworks() for contract in contracts_of(name)}

    assert explained.keys() == emitted
    assert all(explained.values())


def test_what_is_emitted_keeps_every_rule(backend: Backend) -> None:
    assert backend.broken(emitted_contracts()) == KEPT


@pytest.mark.parametrize(
    ("module", "line", "caught"),
    [
        ("domain/models.py", "import orders_api.infrastructure.memory", (LAYERS, ROOT_ONLY, GRAPH)),
        ("domain/models.py", "import orders_api.api.problems", (LAYERS, GRAPH)),
        ("api/services.py", "import orders_api.infrastructure.memory", (LAYERS, ROOT_ONLY)),
        ("infrastructure/memory.py", "import orders_api.api.problems", (LAYERS,)),
        ("infrastructure/memory.py", "import pydantic", (EDGE,)),
        ("domain/models.py", "from fastapi import Request", (EDGE, GRAPH)),
        ("domain/models.py", "import nobody_thought_of_it", (GRAPH,)),
        ("workers/__init__.py", "", (LAYERS,)),
        (
            "domain/models.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import orders_api.infrastructure.memory",
            (LAYERS, ROOT_ONLY, GRAPH),
        ),
        ("domain/models.py", "import importlib\nimportlib.import_module('orders_api.infrastructure.memory')", KEPT),
    ],
    ids=[
        "domain-infrastructure",
        "domain-api",
        "api-infrastructure",
        "infrastructure-api",
        "infrastructure-pydantic",
        "domain-fastapi",
        "domain-anything",
        "unnamed-layer",
        "type-checking",
        "by-name-at-run-time",
    ],
)
def test_each_rule_catches_what_the_page_says(
    backend: Backend, module: str, line: str, caught: tuple[str, ...]
) -> None:
    backend.write(module, line)

    assert backend.broken(emitted_contracts()) == caught


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("import orders_api.domain.services", KEPT),
        ("import orders_api.api.problems", (LAYERS,)),
        ("import orders_api.infrastructure.memory", (LAYERS, ROOT_ONLY)),
        ("import orders_api.bootstrap", (LAYERS,)),
        ("import pydantic", (EDGE,)),
    ],
)
def test_a_worker_under_the_contracts_of_the_page_is_one_more_edge(
    backend: Backend, line: str, caught: tuple[str, ...]
) -> None:
    backend.write("workers/__init__.py", line)

    assert backend.broken(with_worker()) == caught


def test_a_module_that_starts_a_process_stands_beside_the_main_one(backend: Backend) -> None:
    backend.write("console.py", "import orders_api.bootstrap")
    contracts = emitted_contracts()
    assert contracts[0]["layers"][0] == "__main__ | asgi"
    assert '"__main__ | asgi | console"' in {span.text for span in PAGE.spans}
    contracts[0]["layers"][0] = "__main__ | asgi | console"

    assert backend.broken(contracts) == KEPT


def _importlinter(text: str) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", tomllib.loads(text)["tool"]["importlinter"])


def _toml(contracts: Contracts) -> str:
    settings = _importlinter(facts.emitted()["pyproject.toml"])
    lines = ["[tool.importlinter]", *_pairs({key: value for key, value in settings.items() if key != "contracts"})]
    for contract in contracts:
        lines += ["[[tool.importlinter.contracts]]", *_pairs(contract)]
    return "\n".join([*lines, ""])


def _pairs(table: Mapping[str, Any]) -> list[str]:
    # Texts, numbers, truth values and arrays of them are in TOML what they are in JSON.
    return [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in table.items()]

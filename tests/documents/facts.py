"""What pages can be held against: what is emitted, what the skill is made of, what its commands take."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from tests.documents.markdown import ROOT
from tests.output.emissions import addons_of, catalogue, emit, frameworks, texts
from tests.output.namings import EVERYDAY

FRAMEWORK = str(catalogue().skill["defaults"]["framework"])
PACKAGE = "orders_api"
GATES = tuple(str(gate["name"]) for gate in catalogue().skill["gates"])
_VARIABLE = re.compile(r"^\| `([A-Z][A-Z0-9_]*)` \| (?:`([^`]*)`)? \|", re.MULTILINE)


@cache
def emitted(*addons: str, framework: str = FRAMEWORK) -> Mapping[str, str]:
    """Compose the backend that the pages talk about: text by path."""
    return texts(emit(EVERYDAY, framework, addons))


def emitted_with_everything(framework: str = FRAMEWORK) -> Mapping[str, str]:
    """Compose it with every add-on there is."""
    return emitted(*addons_of(framework), framework=framework)


@cache
def emitted_paths() -> frozenset[str]:
    """Every path that is emitted with any framework, bare or with all add-ons."""
    return frozenset(
        file.path
        for framework in frameworks()
        for addons in ((), addons_of(framework))
        for file in emit(EVERYDAY, framework, addons)
    )


def tasks(pyproject: str) -> Mapping[str, Any]:
    """Read the Poe tasks of a backend, or of the skill itself."""
    return cast("Mapping[str, Any]", tomllib.loads(pyproject)["tool"]["poe"]["tasks"])


def variables(files: Mapping[str, str]) -> Mapping[str, str]:
    """Every environment variable of a backend, with its default."""
    return dict(_VARIABLE.findall(files["README.md"]))


def markers() -> frozenset[str]:
    """The marks by which tests of the skill itself can be chosen."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    return frozenset(marker.partition(":")[0] for marker in settings["markers"])


@cache
def help_text(name: str) -> str:
    """Ask one of the skill's commands for its help."""
    command = [sys.executable, ROOT / "scripts" / f"{name}.py", "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout

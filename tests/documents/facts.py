"""What pages can be held against: what is emitted, what the skill is made of, what its commands take."""

import importlib
import re
import tomllib
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any, cast

from scaffold.asking.answers import Request, settle
from scaffold.emitting.compose import compose
from scaffold.features.catalogue import load
from tests.documents.markdown import ROOT

RESOURCE = "order: customer_id:uuid, total:decimal, note:str?"
PACKAGE = "orders_api"
_VARIABLE = re.compile(r"^# ([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)


@cache
def emitted(*addons: str) -> Mapping[str, str]:
    """Compose the backend that the pages talk about: text by path."""
    catalogue = load()
    answers = settle(Request("orders-api", addons=addons, resource=RESOURCE), catalogue)
    files = (file for file in compose(answers, catalogue) if not file.path.endswith(".bz2"))
    return {file.path: file.content.decode() for file in files}


def emitted_with_everything() -> Mapping[str, str]:
    """Compose it with every add-on there is."""
    return emitted(*(choice.name for choice in load().addons))


@cache
def everything_emitted() -> str:
    """Join every text that is emitted, bare or with all add-ons."""
    return "\n".join([*emitted().values(), *emitted_with_everything().values()])


@cache
def emitted_paths() -> frozenset[str]:
    """Every path that is emitted, bare or with all add-ons."""
    return frozenset([*emitted(), *emitted_with_everything(), ".backend/base.json.bz2"])


@cache
def emitted_tasks() -> Mapping[str, Any]:
    """The Poe tasks of a backend with everything."""
    return _tasks(emitted_with_everything()["pyproject.toml"])


@cache
def own_tasks() -> Mapping[str, Any]:
    """The Poe tasks of the skill itself."""
    return _tasks((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def markers() -> frozenset[str]:
    """The marks by which tests of the skill itself can be chosen."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    return frozenset(marker.partition(":")[0] for marker in settings["markers"])


@cache
def variables() -> Mapping[str, str]:
    """Every environment variable of a backend with everything, with its default."""
    return dict(_VARIABLE.findall(emitted_with_everything()[".env.example"]))


@cache
def skill_source() -> str:
    """Join the skill's own code, data and templates."""
    kinds = {".py", ".yaml", ".json", ".toml"}
    own = [ROOT / "skill.yaml", ROOT / "pyproject.toml"]
    folders = [path for room in ("scripts", "assets") for path in sorted((ROOT / room).rglob("*"))]
    texts = (path for path in [*own, *folders] if path.suffix in kinds)
    return "\n".join(path.read_text(encoding="utf-8") for path in texts)


def command(name: str) -> ModuleType:
    """Import one of the skill's commands."""
    return importlib.import_module(name)


def parser(name: str) -> ArgumentParser:
    """Make the argument parser that a command itself uses."""
    return cast("Callable[[], ArgumentParser]", vars(command(name))["_parser"])()


def _tasks(pyproject: str) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", tomllib.loads(pyproject)["tool"]["poe"]["tasks"])

"""The engine knows no feature: what one needs to be known for stands in its own folder."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from scaffold.features.catalogue import SKILL_ROOT, load

CATALOGUE = load()
NAMES = {
    *(choice.name for choice in (*CATALOGUE.frameworks, *CATALOGUE.addons)),
    *CATALOGUE.parts,
    *(option.name for option in CATALOGUE.options),
}
OTHERS = {"http.client", "lru_cache", "bytecode_cache", "FileSystemBytecodeCache"}
"""Names of Python and Jinja that hold such a word."""
MESSAGE = "Failed to fetch"
"""What uv says."""
QUOTED = re.compile(r"(?:^|(?<=[\s'\"`(,/@]))(" + "|".join(map(re.escape, NAMES)) + r")(?=$|[\s'\"`),./@])")


def named(source: str) -> Iterator[str]:
    """Yield the names of features in identifiers and texts, docstrings aside."""
    tree = ast.parse(source)
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                yield from QUOTED.findall(text.replace(MESSAGE, ""))
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.alias(name=name):
                yield from words(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield from words(name)
            case ast.keyword(arg=str(name)):
                yield from words(name)
            case _:
                pass


def words(name: str) -> set[str]:
    if name in OTHERS:
        return set()
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    parts = re.split(r"[_.]+", spaced)
    return {*parts, *map("-".join, pairwise(parts))} & NAMES


def modules() -> list[Path]:
    return sorted((SKILL_ROOT / "scripts").rglob("*.py"))


def test_no_module_names_a_framework_a_part_an_add_on_or_an_option_of_one() -> None:
    found = {
        str(path.relative_to(SKILL_ROOT)): names
        for path in modules()
        if (names := sorted(set(named(path.read_text(encoding="utf-8")))))
    }

    assert len(modules()) > 30
    assert found == {}


def test_a_module_that_names_one_is_found() -> None:
    assert set(named("if database_url:\n    take('with fastapi')")) == {"database", "fastapi"}
    assert set(named("def open_http_client(jobs): ...")) == {"http-client", "jobs"}
    assert set(named('"""A docstring on redis."""')) == set()

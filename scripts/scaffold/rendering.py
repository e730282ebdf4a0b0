"""Renders a feature's templates: Jinja2 with named slots that other features fill.

A slot is a place in a shared file, `{{ slot("bootstrap.services") }}`, that takes the file of that name from the
slots/ folder of every chosen feature, in catalogue order. `{{ fold("bootstrap.orders", "InMemoryOrders()") }}` takes
one expression that each feature may wrap; its slot files see what they wrap as `inner`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import md5
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemBytecodeCache, FunctionLoader, StrictUndefined

from scaffold.catalogue import Feature
from scaffold.conditions import holds
from scaffold.filters import FILTERS

# A template that asks for names and slots alone is filled in without Jinja: compiling one costs more than everything
# else that emitting does.
_NAME = re.compile(r"\{\{ (\w+) \}\}")
_SLOT_LINE = re.compile(r'^([ \t]*)\{\{ (slot|partial)\("([\w.]+)"\) \}\}\n', re.MULTILINE)
# A line that is nothing but a block expression: empty, it leaves no line; filled, each of its lines takes the indent.
_BLOCK_LINE = re.compile(r"^([ \t]*)\{\{ (\w+\([^{}]*\)) \}\}\n", re.MULTILINE)


class Renderer:
    """Renders text for one set of chosen features and one set of values."""

    def __init__(self, features: Sequence[Feature], tags: frozenset[str], values: Mapping[str, Any]) -> None:
        self._features = features
        self._slots = _slots(features, tags)
        self._names = {name: value for name, value in values.items() if isinstance(value, str)}
        self._sources: dict[str, str] = {}
        self._environment = Environment(
            loader=FunctionLoader(self._sources.get),
            bytecode_cache=_compiled_before(),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - what is rendered is source code, never a page
        )
        functions = {"slot": self.slot, "fold": self.fold, "partial": self.partial, "as_block": _as_block}
        cast("dict[str, Any]", self._environment.globals).update({**values, **functions})
        self._environment.filters |= FILTERS

    def render(self, text: str, **more: object) -> str:
        """Render one template's text."""
        if "{%" not in text:
            filled = _NAME.sub(self._filled_name, text)
            if "{{" in filled:
                filled = _SLOT_LINE.sub(self._filled_line, filled)
            if "{{" not in filled:
                return filled
        prepared = _BLOCK_LINE.sub(r'{{ as_block(\2, "\1") }}', text)
        # The same text has the same name in every run: that is how compiled templates are found again.
        name = md5(prepared.encode(), usedforsecurity=False).hexdigest()
        self._sources[name] = prepared
        return self._environment.get_template(name).render(**more)

    def _filled_name(self, found: re.Match[str]) -> str:
        return self._names.get(found[1], found[0])

    def _filled_line(self, found: re.Match[str]) -> str:
        text = self.slot(found[3]) if found[2] == "slot" else self.partial(found[3])
        return _as_block(text, found[1])

    def slot(self, name: str, default: str = "") -> str:
        """Return what the chosen features put into a slot, one after the other."""
        pieces = [self.render(text).rstrip("\n") for text in self._contributions(name)]
        return "\n".join(pieces) or default

    def fold(self, name: str, start: str) -> str:
        """Return an expression as the chosen features wrap it, the first innermost."""
        expression = start
        for text in self._contributions(name):
            expression = self.render(text, inner=expression).strip()
        return expression

    def partial(self, name: str) -> str:
        """Return a piece that several features emit, each in a file of its own, from partials/."""
        pieces = (feature.folder / "partials" / name for feature in self._features)
        return self.render(next(piece for piece in pieces if piece.is_file()).read_text(encoding="utf-8"))

    def _contributions(self, name: str) -> Iterator[str]:
        return (contribution.read_text(encoding="utf-8") for contribution in self._slots.get(name, ()))


def _compiled_before() -> FileSystemBytecodeCache | None:
    """Return Jinja's own per-user cache of compiled templates, or nothing where it cannot be had."""
    try:
        return FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return None


def trees(folder: Path, kind: str, tags: frozenset[str]) -> list[Path]:
    """Return a feature's trees of one kind ("files" or "slots") that hold for these tags."""
    found = [tree for tree in folder.iterdir() if tree.name.split("@")[0] == kind]
    return sorted(tree for tree in found if holds(tree.name, tags))


def _slots(features: Sequence[Feature], tags: frozenset[str]) -> Mapping[str, Sequence[Path]]:
    """Return by name what fills each slot, in feature order: listed once, as there are many slots and many features."""
    found: dict[str, list[Path]] = {}
    for feature in features:
        for tree in trees(feature.folder, "slots", tags):
            for contribution in tree.iterdir():
                found.setdefault(contribution.name, []).append(contribution)
    return found


def _as_block(text: str, indent: str) -> str:
    return "".join(f"{indent}{line}\n" if line else "\n" for line in text.splitlines())

"""Renders a feature's templates with Jinja2, and fills in the slots that other features contribute to.

`{{ slot("bootstrap.services") }}` takes the files of that name from the slots/ folder of every chosen feature, in
catalogue order, joined as the slot's kind asks for. Its second argument is what stands there when nobody contributes;
in a slot of the kind `expression` it is what the first one wraps. `{{ each("row.py") }}` is a partial for
each resource.
"""

import re
from collections.abc import Mapping, Sequence
from copy import copy
from hashlib import md5
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FunctionLoader, StrictUndefined

from scaffold.emitting.slots import EXPRESSION, JOINED
from scaffold.features.catalogue import Feature
from scaffold.features.conditions import holds

# A line that is nothing but a block expression: empty, it leaves no line; filled, each of its lines takes the indent.
_BLOCK_LINE = re.compile(r"^([ \t]*)\{\{ (\w+\([^{}]*\)) \}\}\n", re.MULTILINE)


class Renderer:
    """Renders text for one set of chosen features and one set of values."""

    def __init__(self, features: Sequence[Feature], tags: frozenset[str], values: Mapping[str, Any]) -> None:
        self._features = features
        self._kinds = {name: kind for feature in features for name, kind in feature.table("slots").items()}
        self._contributions = _contributions(features, tags)
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
        # Where nothing else is said, a text is about the first resource.
        self._values = self._with_functions({**values, **next(iter(values["resources"]), dict[str, Any]())})

    @property
    def resources(self) -> Sequence[Mapping[str, Any]]:
        """Return the values of each resource."""
        return self._values["resources"]

    @property
    def chosen_resources(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return, by the option that chooses among the resources, the values of those that were chosen."""
        return self._values["chosen_resources"]

    @property
    def named(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return, by the option that can be given several times, the values of each noun that was."""
        return self._values["named"]

    def about(self, resource: Mapping[str, Any]) -> "Renderer":
        """Return a renderer in whose texts `noun` and the like are those of one resource, or of a noun of an option."""
        renderer = copy(self)
        renderer._values = renderer._with_functions({**self._values, **resource})  # noqa: SLF001 - a copy of this one
        return renderer

    def render(self, text: str, **more: object) -> str:
        """Render one template's text."""
        if "{{" not in text and "{%" not in text:
            return text
        prepared = _BLOCK_LINE.sub(r'{{ as_block(\2, "\1") }}', text)
        # The same text has the same name in every run: that is how compiled templates are found again.
        name = md5(prepared.encode(), usedforsecurity=False).hexdigest()
        self._sources[name] = prepared
        return self._environment.get_template(name).render(self._values, **more)

    def render_file(self, path: Path, **more: object) -> str:
        """Return what a template stands for; an error says which one it was."""
        try:
            return self.render(path.read_text(encoding="utf-8"), **more)
        except Exception as error:
            error.add_note(f"in {path}")
            raise

    def slot(self, name: str, default: str = "") -> str:
        """Return what the chosen features put into a slot; raise LookupError where none of them declares it."""
        if name not in self._kinds:
            message = f'got slot "{name}", which no chosen feature declares; expected it in the manifest of its owner'
            raise LookupError(message)
        if self._kinds[name] == EXPRESSION:
            return self._wrapped(name, default)
        pieces = [self.render_file(path).rstrip("\n") for path in self._contributions.get(name, ())]
        return JOINED[self._kinds[name]](pieces) or default

    def _wrapped(self, name: str, expression: str) -> str:
        for path in self._contributions.get(name, ()):
            expression = self.render_file(path, inner=expression).strip()
        return expression

    def _with_functions(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        functions = {
            "slot": self.slot,
            "partial": self.partial,
            "each": self.each,
            "as_block": _as_block,
            "type_of": self.type_of,
        }
        return {**values, **functions}

    def each(self, name: str, kind: str = "sections") -> str:
        """Return a partial for each resource, joined like the contributions to a slot of that kind."""
        texts = (self.about(resource).partial(name).strip("\n") for resource in self.resources)
        return JOINED[kind]([text for text in texts if text])

    def type_of(self, field: Mapping[str, Any], key: str, value: str = "") -> str:
        """Return what a feature's manifest says under `field_types` of the type of a field, or of a value of it."""
        text: str = self._values["types"][field["type"]].get(key, "")
        return self.render(text, field=field, value=value)

    def partial(self, name: str) -> str:
        """Return a piece that several features emit, each in a file of its own, from partials/."""
        pieces = (feature.folder / "partials" / name for feature in self._features)
        return self.render_file(next(piece for piece in pieces if piece.is_file()))


def trees(folder: Path, kind: str, tags: frozenset[str]) -> list[Path]:
    """Return a feature's trees of one kind ("files" or "slots") that hold for these tags."""
    return sorted(tree for tree in folder.iterdir() if tree.name.split("@")[0] == kind and holds(tree.name, tags))


def _contributions(features: Sequence[Feature], tags: frozenset[str]) -> Mapping[str, Sequence[Path]]:
    """Return by slot what fills it, in feature order."""
    found: dict[str, list[Path]] = {}
    for feature in features:
        for tree in trees(feature.folder, "slots", tags):
            for contribution in tree.iterdir():
                found.setdefault(contribution.name, []).append(contribution)
    return found


def _compiled_before() -> FileSystemBytecodeCache | None:
    """Return Jinja's own per-user cache of compiled templates, or nothing where it cannot be had."""
    try:
        return FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return None


def _as_block(text: str, indent: str) -> str:
    return "".join(f"{indent}{line}\n" if line else "\n" for line in text.splitlines())

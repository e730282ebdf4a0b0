"""The catalogue (skill.yaml) and the features it names, read into frozen data."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import yaml

from scaffold.conditions import Data, holds, overlay

# libyaml's loader is many times faster, and reading manifests is a good part of a start.
Loader: type[yaml.SafeLoader] = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))

SKILL_ROOT = Path(__file__).resolve().parents[2]
CORE = "core"


class Choice(NamedTuple):
    """A catalogue line: what an agent reads before choosing a framework or an add-on."""

    name: str
    choose_when: str
    leave_out_when: str
    reference: str


class Feature(NamedTuple):
    """The core, a framework, a part or an add-on: one folder of assets/ with its manifest.

    `manifest` is the parsed feature.yaml; assets/schemas/feature.schema.json is its format.
    """

    name: str
    folder: Path
    manifest: Data

    def entries(self, key: str) -> Sequence[Any]:
        """Return the manifest's list under `key`; a feature that contributes none has an empty one."""
        return self.manifest.get(key) or ()

    def among(self, tags: frozenset[str]) -> "Feature":
        """Return it with what it brings only under these tags: its feature@TAG.yaml files that hold."""
        more = sorted(path for path in self.folder.glob("feature@*.yaml") if holds(path.stem, tags))
        manifest = self.manifest
        for path in more:
            manifest = overlay(manifest, read_yaml(path))
        return self._replace(manifest=manifest) if more else self


class Catalogue(NamedTuple):
    """Everything that can be chosen, in the order in which features are composed."""

    root: Path
    identity: Data
    frameworks: tuple[Choice, ...]
    addons: tuple[Choice, ...]
    parts: tuple[str, ...]
    """What several add-ons share; nobody chooses one, it comes with an add-on that requires it."""

    @property
    def version(self) -> str:
        """The skill's version, recorded in every backend it emits."""
        return str(self.identity["version"])

    @property
    def floors(self) -> Mapping[str, str]:
        """Package name to version floor, and ceiling where a manifest has a reason, such as {"fastapi": ">=0.165"}."""
        return cast("Mapping[str, str]", self.identity["packages"])

    def feature(self, name: str) -> Feature:
        """Read one feature's manifest."""
        folder = self.root / "assets" / self._room(name)
        return Feature(name, folder, read_yaml(folder / "feature.yaml"))

    def features(self, framework: str, addons: Sequence[str]) -> tuple[Feature, ...]:
        """Return core, framework, parts and add-ons in catalogue order, whatever order they were asked for in."""
        chosen = [self.feature(addon.name) for addon in self.addons if addon.name in addons]
        required = {str(part) for feature in chosen for part in feature.entries("requires")}
        parts = [self.feature(part) for part in self.parts if part in required]
        features = [self.feature(CORE), self.feature(framework), *parts, *chosen]
        tags = tags_of(features)
        return tuple(feature.among(tags) for feature in features)

    def _room(self, name: str) -> str:
        if name == CORE:
            return CORE
        if name in self.parts:
            return f"parts/{name}"
        room = "frameworks" if any(name == choice.name for choice in self.frameworks) else "addons"
        return f"{room}/{name}"


def tags_of(features: Iterable[Feature]) -> frozenset[str]:
    """Return what the conditions of trees and manifests may ask for: names of features, traits of the framework."""
    return frozenset(tag for feature in features for tag in (feature.name, *map(str, feature.entries("traits"))))


def load(root: Path = SKILL_ROOT) -> Catalogue:
    """Read skill.yaml below `root`."""
    identity = read_yaml(root / "skill.yaml")
    parts = tuple(str(part) for part in identity.get("parts") or ())
    return Catalogue(root, identity, _choices(identity["frameworks"]), _choices(identity["addons"]), parts)


@cache
def read_yaml(path: Path) -> Data:
    """Read one YAML document that holds a mapping."""
    with path.open(encoding="utf-8") as stream:
        return cast("Data", yaml.load(stream, Loader=Loader))  # noqa: S506 - CSafeLoader is the safe one


def _choices(lines: Sequence[Data]) -> tuple[Choice, ...]:
    return tuple(Choice(line["name"], line["choose_when"], line["leave_out_when"], line["reference"]) for line in lines)

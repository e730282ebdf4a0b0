"""The catalogue (skill.yaml) and the features it names, read into frozen data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

# libyaml's loader is many times faster, and reading manifests is a good part of a start.
Loader: type[yaml.SafeLoader] = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))

SKILL_ROOT = Path(__file__).resolve().parents[2]
CORE = "core"

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """A catalogue line: what an agent reads before choosing a framework or an add-on."""

    name: str
    choose_when: str
    leave_out_when: str
    reference: str


@dataclass(frozen=True, slots=True)
class Feature:
    """The core, a framework or an add-on: one folder of assets/ with its manifest.

    `manifest` is the parsed feature.yaml; assets/schemas/feature.schema.json is its format.
    """

    name: str
    folder: Path
    manifest: Data

    def entries(self, key: str) -> Sequence[Any]:
        """Return the manifest's list under `key`; a feature that contributes none has an empty one."""
        return self.manifest.get(key) or ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that can be chosen, in the order in which features are composed."""

    root: Path
    identity: Data
    frameworks: tuple[Choice, ...]
    addons: tuple[Choice, ...]

    @property
    def version(self) -> str:
        """The skill's version, recorded in every backend it emits."""
        return str(self.identity["version"])

    @property
    def floors(self) -> Mapping[str, str]:
        """Package name to version floor, such as {"fastapi": ">=0.165"}."""
        return cast("Mapping[str, str]", self.identity["packages"])

    def feature(self, name: str) -> Feature:
        """Read one feature's manifest."""
        folder = self.root / "assets" / self._room(name)
        return Feature(name, folder, read_yaml(folder / "feature.yaml"))

    def features(self, framework: str, addons: Sequence[str]) -> Iterator[Feature]:
        """Yield core, framework and add-ons in catalogue order, whatever order they were asked for in."""
        yield self.feature(CORE)
        yield self.feature(framework)
        yield from (self.feature(addon.name) for addon in self.addons if addon.name in addons)

    def _room(self, name: str) -> str:
        if name == CORE:
            return CORE
        room = "frameworks" if any(name == choice.name for choice in self.frameworks) else "addons"
        return f"{room}/{name}"


def load(root: Path = SKILL_ROOT) -> Catalogue:
    """Read skill.yaml below `root`."""
    identity = read_yaml(root / "skill.yaml")
    return Catalogue(root, identity, _choices(identity["frameworks"]), _choices(identity["addons"]))


def read_yaml(path: Path) -> Data:
    """Read one YAML document that holds a mapping."""
    with path.open(encoding="utf-8") as stream:
        return cast("Data", yaml.load(stream, Loader=Loader))  # noqa: S506 - CSafeLoader is the safe one


def _choices(lines: Sequence[Data]) -> tuple[Choice, ...]:
    return tuple(Choice(line["name"], line["choose_when"], line["leave_out_when"], line["reference"]) for line in lines)

"""The catalogue (skill.yaml) and the features it names, read into frozen data."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any, cast

import yaml

from scaffold.features.conditions import Data, holds, overlay

# libyaml's loader is many times faster, and reading manifests is a good part of a start.
Loader: type[yaml.SafeLoader] = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))

SKILL_ROOT = Path(__file__).resolve().parents[3]
CORE = "core"
# What comes from an index, which the project that was locked does not.
_LOCKED = re.compile(r'\nname = "(.+)"\nversion = .+\nsource = \{ registry')


@dataclass(frozen=True, slots=True)
class Choice:
    """A catalogue line: what an agent reads before choosing a framework or an add-on."""

    name: str
    choose_when: str
    leave_out_when: str
    reference: str


@dataclass(frozen=True, slots=True)
class Option:
    """An option of bootstrap.py whose value is a noun; it means something beside `feature`, and may be left unsaid."""

    name: str
    help: str
    expected: str
    feature: str
    several: bool = False
    """Whether its value is nouns, apart by commas."""
    of: str = ""
    """`resources` where its nouns have to be those of resources; then it means the first of them when it is unsaid."""
    kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """The kinds that a noun can have, said as NOUN:KIND, each with words for templates. NOUN alone has the kind of
    that name, or else the first."""

    def named(self, value: str) -> list[tuple[str, str]]:
        """Return the nouns in a value, each with its kind: "" where there are none."""
        pieces = value.split(",") if self.several else [value]
        pairs = (piece.partition(":") if self.kinds else (piece, "", "") for piece in pieces)
        return [(noun.strip(), kind.strip() if colon else self._kind_of(noun.strip())) for noun, colon, kind in pairs]

    def spelled(self, named: Iterable[tuple[str, str]]) -> str:
        """Return the shortest value that says this."""
        return ",".join(noun if kind == self._kind_of(noun) else f"{noun}:{kind}" for noun, kind in named)

    def tags(self, value: str) -> frozenset[str]:
        """Return what conditions may ask for where this was said: the option, and the option with each kind."""
        return frozenset((self.name, *(f"{self.name}={kind}" for _, kind in self.named(value) if kind)))

    def _kind_of(self, noun: str) -> str:
        return noun if noun in self.kinds else next(iter(self.kinds), "")


@dataclass(frozen=True, slots=True)
class Feature:
    """The core, a framework, a part or an add-on: one folder of assets/ with its manifest.

    `manifest` is the parsed feature.yaml; assets/schemas/feature.schema.json is its format.
    """

    name: str
    folder: Path
    manifest: Data

    def entries(self, key: str) -> Sequence[Any]:
        """Return the manifest's list under `key`; a feature that contributes none has an empty one."""
        return self.manifest.get(key) or ()

    def table(self, key: str) -> Data:
        """Return the manifest's mapping under `key`; a feature that contributes none has an empty one."""
        return self.manifest.get(key) or {}

    def among(self, tags: frozenset[str]) -> "Feature":
        """Return it with what it brings only under these tags: its feature@TAG.yaml files that hold."""
        more = sorted(path for path in self.folder.glob("feature@*.yaml") if holds(path.stem, tags))
        return replace(self, manifest=reduce(overlay, map(read_yaml, more), self.manifest))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that can be chosen, in the order in which features are composed."""

    root: Path
    skill: Data
    frameworks: tuple[Choice, ...]
    addons: tuple[Choice, ...]
    parts: tuple[str, ...]
    """What several add-ons share; nobody chooses one, it comes with an add-on that requires it."""
    everything: tuple[Feature, ...]
    """Every feature that there is: core, parts, frameworks, add-ons."""

    def feature(self, name: str) -> Feature:
        """Return the feature of that name."""
        return next(feature for feature in self.everything if feature.name == name)

    def is_framework(self, name: str) -> bool:
        """Tell whether a feature is chosen by --framework."""
        return name in {choice.name for choice in self.frameworks}

    def proven_lock(self, framework: str) -> Path:
        """Return the path of the lock of everything that can be emitted with a framework."""
        return self.feature(framework).folder / "uv.lock"

    def reserved(self, role: str) -> frozenset[str]:
        """Return the names that cannot have this role for any feature, chosen or not: one may be added later."""
        return frozenset(noun for feature in self.everything for noun in feature.table("reserved").get(role, ()))

    def reserved_fields(self) -> Mapping[str, str]:
        """Return the names that no field can have, with the reason; one that ends with * stands for all such names."""
        declared = (feature.table("reserved").get("fields", {}) for feature in self.everything)
        return {name: reason for fields in declared for reason, names in fields.items() for name in names}

    @property
    def options(self) -> tuple[Option, ...]:
        """Return what the features add to bootstrap.py."""
        return options_of(self.everything)

    def given(self, values: Mapping[str, str]) -> frozenset[str]:
        """Return the options that have a value, and those with each kind in it, as `name` and `name=kind`."""
        tags = (option.tags(values[option.name]) for option in self.options if option.name in values)
        return frozenset[str]().union(*tags)

    @property
    def distributions(self) -> frozenset[str]:
        """Return the names of all packages that a backend may come to have installed."""
        locks = (self.proven_lock(framework.name).read_text(encoding="utf-8") for framework in self.frameworks)
        return frozenset(name for lock in locks for name in _LOCKED.findall(lock))

    def features(
        self, framework: str, addons: Sequence[str], options: Iterable[str] = (), uses: Iterable[str] = ()
    ) -> tuple[Feature, ...]:
        """Return core, parts, framework and add-ons in catalogue order, whatever order they were asked for in.

        The parts that the framework requires stand before it, those of add-ons behind it. `options` are those that
        were given, `uses` what the resources make use of.
        """
        edge = self.feature(framework)
        chosen = [self.feature(addon) for addon in self.with_required(framework, addons)]
        below = self._parts([edge])
        parts = [part for part in self._parts(chosen) if part not in below]
        features = [self.feature(CORE), *below, edge, *parts, *chosen]
        tags = tags_of(features, options, uses)
        return tuple(feature.among(tags) for feature in features)

    def with_required(self, framework: str, addons: Iterable[str]) -> tuple[str, ...]:
        """Return the add-ons that were asked for and those that the framework requires, in catalogue order."""
        wanted = {*addons, *(self.feature(framework).entries("requires"))}
        return tuple(addon.name for addon in self.addons if addon.name in wanted)

    def _parts(self, features: Sequence[Feature]) -> list[Feature]:
        required = {str(part) for feature in features for part in feature.entries("requires")}
        return [self.feature(part) for part in self.parts if part in required]


def options_of(features: Iterable[Feature]) -> tuple[Option, ...]:
    """Return the options that features declare."""
    return tuple(
        Option(name, feature=feature.name, **option)
        for feature in features
        for name, option in feature.table("options").items()
    )


def tags_of(features: Iterable[Feature], options: Iterable[str] = (), uses: Iterable[str] = ()) -> frozenset[str]:
    """Return what the conditions of trees and manifests may ask for.

    They are the names of features, options as `--name` and `--name=kind`, and what the resources make use of, such as
    `+update`.
    """
    return frozenset((*(feature.name for feature in features), *(f"--{option}" for option in options), *uses))


def load(root: Path = SKILL_ROOT) -> Catalogue:
    """Read skill.yaml below `root`."""
    skill = read_yaml(root / "skill.yaml")
    frameworks, addons = (tuple(Choice(**line) for line in skill[kind]) for kind in ("frameworks", "addons"))
    parts = tuple(map(str, skill.get("parts", ())))
    rooms = [
        ("", [CORE]),
        ("parts", parts),
        ("frameworks", [choice.name for choice in frameworks]),
        ("addons", [choice.name for choice in addons]),
    ]
    features = (_feature(root / "assets" / room / name) for room, names in rooms for name in names)
    return Catalogue(root, skill, frameworks, addons, parts, tuple(features))


def _feature(folder: Path) -> Feature:
    return Feature(folder.name, folder, read_yaml(folder / "feature.yaml"))


@lru_cache(maxsize=256)
def read_yaml(path: Path) -> Data:
    """Read one YAML document that holds a mapping."""
    with path.open(encoding="utf-8") as stream:
        return cast("Data", yaml.load(stream, Loader=Loader))  # noqa: S506 - CSafeLoader is the safe one

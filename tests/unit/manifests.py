"""The catalogue of the skill, and its manifests as they are written."""

from copy import deepcopy
from typing import Any, cast

from scaffold.features.catalogue import CORE, load, read_yaml

CATALOGUE = load()
FRAMEWORKS = [choice.name for choice in CATALOGUE.frameworks]
ADDONS = [choice.name for choice in CATALOGUE.addons]
PARTS = list(CATALOGUE.parts)
FEATURES = [CORE, *FRAMEWORKS, *PARTS, *ADDONS]

Manifest = dict[str, Any]


def manifest(name: str) -> Manifest:
    return deepcopy(cast("Manifest", CATALOGUE.feature(name).manifest))


def fragments(name: str) -> list[Manifest]:
    paths = sorted(CATALOGUE.feature(name).folder.glob("feature@*.yaml"))
    return [cast("Manifest", read_yaml(path)) for path in paths]

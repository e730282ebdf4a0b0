"""The catalogue and the manifests against their schemas."""

from copy import deepcopy
from typing import cast

import pytest

from scaffold.features.catalogue import CORE, SKILL_ROOT, read_yaml
from tests.documents.schemas import objections
from tests.unit.manifests import FEATURES, Manifest, fragments, manifest

NOTHING: list[str] = []


@pytest.fixture
def skill() -> Manifest:
    return deepcopy(cast("Manifest", read_yaml(SKILL_ROOT / "skill.yaml")))


def test_the_catalogue_is_as_its_schema_says(skill: Manifest) -> None:
    assert objections("skill", skill) == []


@pytest.mark.parametrize("name", FEATURES)
def test_every_manifest_is_as_its_schema_says(name: str) -> None:
    assert objections("feature", manifest(name)) == []
    assert manifest(name)["name"] == name
    for more in fragments(name):
        assert objections("feature", {"name": name, "summary": "What it brings beside another.", **more}) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"surprise": 1}, "$"),
        ({"version": "1"}, "$.version"),
        ({"frameworks": []}, "$.frameworks"),
        ({"addons": [{"name": "a", "choose_when": "always"}]}, "$.addons[0]"),
        ({"packages": {"fastapi": "0.165"}}, "$.packages.fastapi"),
        ({"packages": {"fastapi": ">=0.165,<=1"}}, "$.packages.fastapi"),
        ({"packages": {"FastAPI": ">=0.165"}}, "$.packages"),
        ({"gates": [{"name": "lint", "checks": "A sentence."}]}, "$.gates[0].checks"),
        ({"references": [{"page": "boundaries.md", "load_when": "always"}]}, "$.references[0].page"),
        ({"related_skills": [{"name": "a", "hand_over_when": "always"}]}, "$.related_skills[0]"),
        ({"defaults": {"framework": "fastapi", "python": 3.13}}, "$.defaults.python"),
    ],
)
def test_a_catalogue_that_is_not_so_is_refused(skill: Manifest, change: Manifest, place: str) -> None:
    assert place in {objection.partition(": ")[0] for objection in objections("skill", {**skill, **change})}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"surprise": 1}, "$"),
        ({"summary": ""}, "$.summary"),
        ({"packages": ["fastapi>=1"]}, "$.packages[0]"),
        ({"packages": ["fastapi", "fastapi"]}, "$.packages"),
        ({"ceilings": {"fastapi": ""}}, "$.ceilings.fastapi"),
        ({"settings": [{"name": "a", "class": "ASettings", "doc": "A.", "fields": NOTHING}]}, "$.settings[0].fields"),
        ({"settings": [{"name": "a", "class": "a", "doc": "A.", "fields": NOTHING}]}, "$.settings[0].class"),
        ({"tasks": {"dev": {"help": "Serve it"}}}, "$.tasks.dev"),
        ({"tasks": {"dev": {"help": "Serve it", "cmd": "a", "sequence": [{"cmd": "a"}]}}}, "$.tasks.dev"),
        ({"contracts": {"short": {"type": "layers"}}}, "$.contracts"),
        ({"contracts": {"A long name": {"type": "guess"}}}, "$.contracts['A long name'].type"),
        ({"contracts": {"A long name": {"layers": ["a", "b"]}}}, "$.contracts['A long name'].layers"),
        ({"requires": ["Redis"]}, "$.requires[0]"),
        ({"field_types": {"money": {"python": "Decimal"}}}, "$.field_types"),
        ({"ruff_ignores": {"D105": ""}}, "$.ruff_ignores.D105"),
    ],
)
def test_a_manifest_that_is_not_so_is_refused(change: Manifest, place: str) -> None:
    assert place in {objection.partition(": ")[0] for objection in objections("feature", manifest(CORE) | change)}


@pytest.mark.parametrize("missing", ["name", "summary"])
def test_a_manifest_without_a_name_or_a_summary_is_refused(missing: str) -> None:
    broken = manifest(CORE)
    del broken[missing]

    assert objections("feature", broken) == [f"$: '{missing}' is a required property"]

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scaffold.asking.answers import Answers
from scaffold.asking.resources import parse_resource
from scaffold.emitting.merging import merge
from scaffold.features.catalogue import Feature

ANSWERS = Answers("orders-api", "fastapi", (), (parse_resource("line_item: quantity:int"),), "3.13")
FLOORS = {"a": ">=1", "b": ">=2", "c": ">=3"}


def merged(*manifests: dict[str, Any], answers: Answers = ANSWERS) -> dict[str, Any]:
    features = [Feature(str(number), Path(), manifest) for number, manifest in enumerate(manifests)]
    return merge(answers, FLOORS, features)


def test_packages_are_sorted_once_each_and_carry_their_floor() -> None:
    values = merged({"packages": ["b[extra]", "a"]}, {"packages": ["a"], "dev_packages": ["c"]})

    assert values["dependencies"] == {"a>=1": "", "b[extra]>=2": ""}
    assert values["dev_dependencies"] == {"c>=3": ""}


def test_a_ceiling_carries_its_reason() -> None:
    values = merged({"packages": ["b[extra]"]}, {"packages": ["a"], "ceilings": {"b": "its private _name"}})

    assert values["dependencies"] == {"a>=1": "", "b[extra]>=2": "its private _name"}


def test_a_package_without_a_floor_is_a_mistake_in_the_manifest() -> None:
    with pytest.raises(KeyError):
        _ = merged({"packages": ["unheard-of"]})


def test_names_are_filled_in_wherever_they_stand() -> None:
    values = merged({"tasks": {"dev": {"cmd": "python -m <package>", "help": "<Noun> <nouns>"}}})

    assert values["tasks"] == {"dev": {"cmd": "python -m orders_api", "help": "LineItem line_items"}}


def test_a_noun_of_two_words_is_spelled_for_each_place_it_goes_to() -> None:
    values = merged()

    assert (values["Noun"], values["Nouns"]) == ("LineItem", "LineItems")
    assert (values["noun_words"], values["Nouns_words"]) == ("line item", "Line items")
    assert (values["slug"], values["a_noun"]) == ("line-items", "a line item")


def test_a_later_feature_puts_a_step_before_a_task() -> None:
    dev = {"cmd": "serve", "env": {"RELOAD": "true"}, "help": "Serve"}

    values = merged({"tasks": {"dev": dev}}, {"tasks": {"dev": {"before": ["migrate"]}}})

    steps = [{"ref": "migrate"}, {"cmd": "serve", "env": {"RELOAD": "true"}}]
    assert values["tasks"]["dev"] == {"help": "Serve", "sequence": steps}


SERVE = {"cmd": "serve", "env": {"RELOAD": "true"}}
BESIDE = {"beside": ["issuer"]}
BEFORE = {"before": ["migrate"]}


@pytest.mark.parametrize(
    ("additions", "dev"),
    [
        ([BESIDE], {"parallel": [SERVE, {"ref": "issuer"}], "prefix": False}),
        (
            [BESIDE, {"beside": ["worker"]}],
            {"parallel": [SERVE, {"ref": "issuer"}, {"ref": "worker"}], "prefix": False},
        ),
        (
            [BESIDE, BEFORE],
            {"sequence": [{"ref": "migrate"}, {"parallel": [SERVE, {"ref": "issuer"}], "prefix": False}]},
        ),
        (
            [BEFORE, BESIDE],
            {"sequence": [{"ref": "migrate"}, {"parallel": [SERVE, {"ref": "issuer"}], "prefix": False}]},
        ),
    ],
)
def test_later_features_have_tasks_run_together_once_what_comes_first_is_done(
    additions: list[dict[str, list[str]]], dev: dict[str, Any]
) -> None:
    later = [{"tasks": {"dev": addition}} for addition in additions]

    values = merged({"tasks": {"dev": {**SERVE, "help": "Serve"}}}, *later)

    assert values["tasks"]["dev"] == {"help": "Serve", **dev}


def test_tables_are_overlaid_and_their_lists_joined() -> None:
    values = merged({"pyproject": {"x": {"a": 1, "l": [1]}}}, {"pyproject": {"x": {"b": 2, "l": [2]}}})

    assert values["tables"] == {"x": {"a": 1, "b": 2, "l": [1, 2]}}


def test_without_resources_the_first_migration_follows_none() -> None:
    values = merged({"migrations": ["create_keys"]}, answers=replace(ANSWERS, resources=()))

    assert values["migrations"] == {"create_keys": {"revision": "0001", "down_revision": ""}}


def test_migrations_are_numbered_behind_those_of_the_resources_in_feature_order() -> None:
    values = merged({"migrations": ["create_keys"]}, {"migrations": ["create_jobs"]})

    assert values["migrations"] == {
        "create_keys": {"revision": "0002", "down_revision": "0001"},
        "create_jobs": {"revision": "0003", "down_revision": "0002"},
    }

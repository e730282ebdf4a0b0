import re
import tomllib
from copy import deepcopy
from itertools import permutations
from pathlib import Path
from typing import Any, cast

import pytest

from maintenance.slots import slots
from scaffold.asking.answers import Request, settle
from scaffold.asking.resource import ENUM, FIELD_TYPES, REFERENCE
from scaffold.checking.gates import GATE_NAMES
from scaffold.errors import UsageError
from scaffold.features.catalogue import CORE, SKILL_ROOT, Catalogue, Feature, load, read_yaml
from tests.documents.schemas import objections
from tests.output.emissions import telling_sets

CATALOGUE = load()
FRAMEWORKS = [choice.name for choice in CATALOGUE.frameworks]
ADDONS = [choice.name for choice in CATALOGUE.addons]
PARTS = list(CATALOGUE.parts)
FEATURES = [CORE, *FRAMEWORKS, *PARTS, *ADDONS]
FILTERED_BY = ("str", "int", "bool", "date", "uuid", ENUM, REFERENCE)
"""The types of the fields that a listing can be filtered by."""
USES = (
    "+bounds",
    "+delete",
    "+enum",
    "+filters",
    "+idempotent",
    "+list",
    "+parent",
    "+reference",
    "+unique",
    "+update",
)

Manifest = dict[str, Any]

NOTHING: list[str] = []
TWO_ADDONS = """\
version: 1.2.3
parts: [spare, shared]
frameworks: [{name: web, choose_when: always, leave_out_when: never, reference: references/web.md}]
addons:
  - {name: first, choose_when: always, leave_out_when: never, reference: references/first.md}
  - {name: second, choose_when: always, leave_out_when: never, reference: references/second.md}
"""


def manifest(name: str) -> Manifest:
    return deepcopy(cast("Manifest", CATALOGUE.feature(name).manifest))


@pytest.fixture
def skill() -> Manifest:
    return deepcopy(cast("Manifest", read_yaml(SKILL_ROOT / "skill.yaml")))


@pytest.fixture
def small(tmp_path: Path) -> Catalogue:
    _ = (tmp_path / "skill.yaml").write_text(TWO_ADDONS, encoding="utf-8")
    for folder in ("core", "frameworks/web", "parts/spare", "parts/shared", "addons/first", "addons/second"):
        place = tmp_path / "assets" / folder
        place.mkdir(parents=True)
        requires = "requires: [shared]\n" if place.name == "second" else ""
        text = f"name: {place.name}\npackages: [a]\n{requires}"
        _ = (place / "feature.yaml").write_text(text, encoding="utf-8")
    more = tmp_path / "assets/addons/first/feature@second.yaml"
    _ = more.write_text("packages: [b]\n", encoding="utf-8")
    return load(tmp_path)


def test_features_come_in_catalogue_order_whatever_order_they_are_asked_for_in(small: Catalogue) -> None:
    for addons in permutations(["first", "second"]):
        names = [feature.name for feature in small.features("web", addons)]
        assert names == ["core", "web", "shared", "first", "second"]
    assert [feature.name for feature in small.features("web", ["second"])] == ["core", "web", "shared", "second"]


def test_a_part_comes_only_with_what_requires_it(small: Catalogue) -> None:
    assert [feature.name for feature in small.features("web", ["first"])] == ["core", "web", "first"]


def test_what_a_feature_brings_only_beside_another_comes_only_then(small: Catalogue) -> None:
    packages = {
        addons: {feature.name: feature.entries("packages") for feature in small.features("web", addons)}["first"]
        for addons in (("first",), ("first", "second"))
    }

    assert packages == {("first",): ["a"], ("first", "second"): ["a", "b"]}


def test_what_a_feature_brings_only_with_an_option_comes_only_when_that_is_given(small: Catalogue) -> None:
    more = small.feature("first").folder / "feature@--colour.yaml"
    _ = more.write_text("packages: [c]\n", encoding="utf-8")

    packages = {
        options: small.features("web", ["first"], options)[-1].entries("packages") for options in ((), ("colour",))
    }

    assert packages == {(): ["a"], ("colour",): ["a", "c"]}


def test_a_feature_is_read_from_the_folder_of_its_kind(small: Catalogue) -> None:
    folders = {feature.name: feature.folder for feature in small.features("web", ["first"])}

    assert {name: folder.relative_to(small.root).as_posix() for name, folder in folders.items()} == {
        "core": "assets/core",
        "web": "assets/frameworks/web",
        "first": "assets/addons/first",
    }


def test_what_a_manifest_leaves_out_is_an_empty_list(small: Catalogue) -> None:
    assert small.feature("first").entries("packages") == ["a"]
    assert small.feature("first").entries("tasks") == ()


def test_the_catalogue_is_as_its_schema_says(skill: Manifest) -> None:
    assert objections("skill", skill) == []


@pytest.mark.parametrize("name", FEATURES)
def test_every_manifest_is_as_its_schema_says(name: str) -> None:
    assert objections("feature", manifest(name)) == []
    assert manifest(name)["name"] == name
    for more in fragments(name):
        assert objections("feature", {"name": name, "summary": "What it brings beside another.", **more}) == []


def test_parts_are_required_by_frameworks_or_add_ons_and_are_there() -> None:
    required = {name: set(manifest(name).get("requires", [])) for name in (*FRAMEWORKS, *ADDONS)}

    assert set().union(*required.values()) - set(ADDONS) == set(PARTS)
    assert [name for name in ADDONS if required[name] & set(ADDONS)] == [], "only a framework may require an add-on"


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_a_framework_requires_is_there_whether_it_is_asked_for_or_not(framework: str) -> None:
    required = [addon for addon in ADDONS if addon in manifest(framework).get("requires", [])]

    bare = settle(Request("orders-api", framework), CATALOGUE)

    assert bare == settle(Request("orders-api", framework, required), CATALOGUE)
    assert list(bare.addons) == required
    assert {*required} <= {feature.name for feature in CATALOGUE.features(framework, ())}


def test_every_folder_of_a_feature_is_in_the_catalogue_and_the_other_way_round() -> None:
    rooms = {"frameworks": FRAMEWORKS, "parts": PARTS, "addons": ADDONS}

    for room, listed in rooms.items():
        folders = [folder.name for folder in (SKILL_ROOT / "assets" / room).glob("*/")]
        assert sorted(folders) == sorted(listed)


def test_an_add_on_stands_behind_those_that_its_manifest_says_it_comes_after() -> None:
    early = [
        (name, before)
        for name in ADDONS
        for before in manifest(name).get("after", [])
        if before not in ADDONS[: ADDONS.index(name)]
    ]

    assert early == [], "in skill.yaml the first stands before the second, and its feature.yaml says after"


def test_every_slot_has_one_owner_who_uses_it_and_is_filled_only_where_it_is_declared() -> None:
    declared = slots(CATALOGUE)
    names = [slot.name for slot in declared]
    # A backend has one framework with its parts, so several may own a slot of the same name.
    there = {framework: {feature.name for feature in everything(framework)} for framework in FRAMEWORKS}
    together = [[slot.name for slot in declared if slot.owner in there[framework]] for framework in FRAMEWORKS]
    filled = {path.name for folder in SKILL_ROOT.glob("assets/**/slots*") for path in folder.iterdir()}

    assert [names for names in together if len(names) != len(set(names))] == []
    assert [slot.name for slot in declared if not slot.files] == []
    assert filled - set(names) == set()


def test_every_reference_page_is_there() -> None:
    choices = (*CATALOGUE.frameworks, *CATALOGUE.addons)
    for page in [choice.reference for choice in choices] + [str(e["page"]) for e in CATALOGUE.skill["references"]]:
        assert (SKILL_ROOT / page).is_file()


def test_the_gates_are_those_that_run_in_their_order() -> None:
    assert tuple(gate["name"] for gate in CATALOGUE.skill["gates"]) == GATE_NAMES


def test_the_defaults_can_be_chosen() -> None:
    defaults = CATALOGUE.skill["defaults"]

    assert defaults["framework"] in FRAMEWORKS
    assert defaults["python"] in CATALOGUE.skill["pythons"]


def test_every_package_has_a_floor_and_every_floor_a_package() -> None:
    manifests = [piece for name in FEATURES for piece in (manifest(name), *fragments(name))]
    lists = (piece.get(kind, []) for piece in manifests for kind in ("packages", "dev_packages"))
    used = {str(package).partition("[")[0] for packages in lists for package in packages}

    assert used == set(CATALOGUE.skill["packages"])


def test_every_ceiling_has_a_reason_and_every_reason_a_ceiling() -> None:
    pieces = [piece for name in FEATURES for piece in (manifest(name), *fragments(name))]
    reasons = {package for piece in pieces for package in piece.get("ceilings", {})}

    assert reasons == {package for package, versions in CATALOGUE.skill["packages"].items() if "<" in versions}


def test_every_add_on_meets_a_framework_that_is_there() -> None:
    assert ADDONS
    for name in ADDONS:
        met = manifest(name)["frameworks"]
        assert met
        assert set(met) <= set(FRAMEWORKS)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_step_joins_a_task_that_is_declared_earlier(framework: str) -> None:
    declared: set[str] = set()
    tasks = [task for feature in everything(framework) for task in feature.table("tasks").items()]
    for name, task in tasks:
        if "help" in task:
            assert name not in declared, "declared once"
            declared.add(name)
        assert {name, *task.get("before", []), *task.get("beside", [])} <= declared
    assert declared


@pytest.mark.parametrize("left_out", ADDONS)
def test_every_setting_is_declared_once(left_out: str) -> None:
    chosen = CATALOGUE.features("fastapi", [addon for addon in ADDONS if addon != left_out])
    sections = [section for feature in chosen for section in feature.entries("settings")]
    names = [section.get("prefix", "") + field["name"] for section in sections for field in section.get("fields", [])]

    assert names
    assert len(names) == len(set(names))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_type_of_a_field_has_what_every_feature_needs_of_it(framework: str) -> None:
    filters = {*FILTERED_BY}
    for feature in everything(framework):
        declared = feature.table("field_types")
        only_filters = all(set(entry) == {"query"} for entry in declared.values())
        assert set(declared) in (set(), filters if only_filters else {*FIELD_TYPES, ENUM, REFERENCE}), feature.name


def test_the_version_is_one() -> None:
    project = tomllib.loads((SKILL_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert (project["name"], project["version"]) == (CATALOGUE.skill["name"], CATALOGUE.skill["version"])


def test_everything_in_the_catalogue_can_be_asked_for() -> None:
    for framework in FRAMEWORKS:
        for addon in ADDONS:
            request = Request("orders-api", framework, [addon])
            if framework in manifest(addon)["frameworks"]:
                assert addon in settle(request, CATALOGUE).addons
            else:
                with pytest.raises(UsageError, match=f'got "{addon}", which does not meet {framework} yet'):
                    _ = settle(request, CATALOGUE)


def test_what_is_not_in_the_catalogue_is_refused_all_at_once() -> None:
    with pytest.raises(UsageError) as refused:
        settle(Request("orders-api", "flask", ["databse", "qqq"], python="2.7"), CATALOGUE)

    said = {problem.where: problem.message for problem in refused.value.problems}
    assert said.keys() == {"--framework", "--with", "--python"}
    assert any("did you mean database?" in problem.message for problem in refused.value.problems)
    assert len(refused.value.problems) == 4


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


def everything(framework: str) -> tuple[Feature, ...]:
    """Return a framework with every add-on that meets it, every option given, and resources that use everything."""
    addons = [addon for addon in ADDONS if framework in manifest(addon)["frameworks"]]
    return CATALOGUE.features(framework, addons, [option.name for option in CATALOGUE.options], USES)


def fragments(name: str) -> list[Manifest]:
    paths = sorted(CATALOGUE.feature(name).folder.glob("feature@*.yaml"))
    return [cast("Manifest", read_yaml(path)) for path in paths]


def test_the_proven_lock_of_each_framework_holds_every_package_at_or_above_its_floor() -> None:
    catalogue = load()
    for framework in catalogue.frameworks:
        packages = tomllib.loads(catalogue.proven_lock(framework.name).read_text())["package"]
        locked = {package["name"]: package["version"] for package in packages}
        needed = packages_beside(framework.name)
        assert needed - locked.keys() == set(), "try uv run poe freshen --only-new"
        for name in needed:
            lowest = re.search(r">=([\d.]+)", catalogue.skill["packages"][name])
            assert lowest is not None
            assert numbers(locked[name]) >= numbers(lowest[1]), name


def packages_beside(framework: str) -> set[str]:
    """Return every package that a backend on this framework may come to need."""
    features = [feature for addons in telling_sets(framework) for feature in CATALOGUE.features(framework, addons)]
    named = [name for feature in features for key in ("packages", "dev_packages") for name in feature.entries(key)]
    assert {"pytest", framework} <= {*named}
    return {name.split("[")[0] for name in named}


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))

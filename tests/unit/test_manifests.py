"""What the manifests of the skill say fits together."""

import re
import tomllib

import pytest

from maintenance.slots import slots
from scaffold.asking.answers import Request, settle
from scaffold.asking.resource import ENUM, FIELD_TYPES, REFERENCE
from scaffold.checking.gates import GATE_NAMES
from scaffold.features.catalogue import SKILL_ROOT, Feature, load
from tests.output.emissions import telling_sets
from tests.unit.manifests import ADDONS, CATALOGUE, FEATURES, FRAMEWORKS, PARTS, fragments, manifest

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


def everything(framework: str) -> tuple[Feature, ...]:
    """Return a framework with every add-on that meets it, every option given, and resources that use everything."""
    addons = [addon for addon in ADDONS if framework in manifest(addon)["frameworks"]]
    return CATALOGUE.features(framework, addons, [option.name for option in CATALOGUE.options], USES)


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

from itertools import permutations
from pathlib import Path

import pytest

from scaffold.asking.answers import Request, settle
from scaffold.errors import UsageError
from scaffold.features.catalogue import Catalogue, load
from tests.unit.manifests import ADDONS, CATALOGUE, FRAMEWORKS, manifest

TWO_ADDONS = """\
version: 1.2.3
parts: [spare, shared]
frameworks: [{name: web, choose_when: always, leave_out_when: never, reference: references/web.md}]
addons:
  - {name: first, choose_when: always, leave_out_when: never, reference: references/first.md}
  - {name: second, choose_when: always, leave_out_when: never, reference: references/second.md}
"""


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

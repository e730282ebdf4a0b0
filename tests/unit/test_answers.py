from pathlib import Path

import pytest
import yaml

from scaffold.asking.answers import Request, settle
from scaffold.errors import UsageError
from scaffold.features.catalogue import load
from scaffold.record import ANSWERS
from scaffold.record.answers_file import read_answers
from scaffold.record.record import record

CATALOGUE = load()


def test_only_a_name_is_needed() -> None:
    answers = settle(Request("Orders.API"), CATALOGUE)

    assert (answers.name, answers.package) == ("orders-api", "orders_api")
    assert (answers.framework, answers.addons, answers.python) == ("fastapi", (), "3.13")


def test_every_problem_is_found_before_anything_starts() -> None:
    request = Request("class", "flask", ("databse", "databse"), ["id: id:foo"], "3.9")

    with pytest.raises(UsageError) as raised:
        _ = settle(request, CATALOGUE)

    places = [problem.where for problem in raised.value.problems]
    assert {"NAME", "--framework", "--with", "--python", "--resource"} == set(places)
    assert places.count("--with") == 1
    assert any("did you mean database?" in problem.message for problem in raised.value.problems)


def test_a_missing_name_is_asked_for() -> None:
    with pytest.raises(UsageError, match="expected a distribution name"):
        _ = settle(Request(), CATALOGUE)


@pytest.mark.parametrize("name", ["fastapi", "sqlalchemy", "dotenv", "uvicorn", "click", "starlette"])
def test_a_package_may_not_hide_one_of_its_own_dependencies(name: str) -> None:
    with pytest.raises(UsageError, match="NAME"):
        _ = settle(Request(name), CATALOGUE)


def test_what_is_said_goes_over_what_a_file_answers(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text('name: shop\nwith: [database]\npython: "3.12"\nskill: x\nversion: 0.0.1\n')

    answers = settle(read_answers(file).overlaid(Request("stall", resources=["ox/oxen: age:int"])), CATALOGUE)

    assert (answers.name, answers.addons, answers.python, answers.resource.plural) == (
        "stall",
        ("database",),
        "3.12",
        "oxen",
    )


def test_the_resources_are_recorded_as_they_are_read_back(tmp_path: Path) -> None:
    specs = [
        "ox/oxen: age:int(0..), herd:enum(a|b) = a",
        "calf/calves: weight:decimal(6,2,>0); create, get, list, delete",
    ]
    answers = settle(Request("stall", resources=specs), CATALOGUE)
    recorded = next(file.content for file in record(answers, "0.1.0", {}) if file.path == ANSWERS)
    file = tmp_path / "answers.yaml"
    _ = file.write_bytes(recorded)

    assert yaml.safe_load(recorded)["resources"] == specs
    assert settle(read_answers(file), CATALOGUE) == answers


def test_an_older_record_of_one_resource_is_read(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    _ = file.write_text("name: stall\nresource: 'ox/oxen: age:int'\n")

    assert settle(read_answers(file), CATALOGUE).resource.plural == "oxen"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("resources: 'a: b:int'", "a list of what --resource takes"),
        ("resource: [1]", "a list of what --resource takes"),
        ("resource: 'a: b:int'\nresources: ['c: d:int']", "in the list of resources"),
        ("python: 3.13", "try quotes"),
        ("addons: [database]", "expected one of name, framework"),
        ("with: database", "a list of add-ons"),
        ("- a", "expected a mapping"),
        ("a: [", "no YAML"),
    ],
)
def test_a_file_that_is_not_one_of_answers_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(text)

    with pytest.raises(UsageError, match=expected):
        _ = read_answers(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        _ = read_answers(tmp_path / "absent.yaml")


def test_a_service_that_stores_nothing_has_no_resource_and_is_recorded_so(tmp_path: Path) -> None:
    answers = settle(Request("quotes", addons=["auth", "http-client", "jobs"], resources=[]), CATALOGUE)
    file = tmp_path / "answers.yaml"
    _ = file.write_bytes(next(file.content for file in record(answers, "0.1.0", {}) if file.path == ANSWERS))

    assert answers.resources == ()
    assert settle(read_answers(file), CATALOGUE) == answers
    assert settle(
        read_answers(file).overlaid(Request(addons=["database"], resources=["ox/oxen: a:int"])), CATALOGUE
    ).resources
    assert settle(Request("quotes"), CATALOGUE).resource.singular == "item", "unsaid, there is one"


def test_no_resource_goes_over_the_resources_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    _ = file.write_text("name: stall\nresources: ['ox/oxen: age:int']\n")

    assert settle(read_answers(file).overlaid(Request(resources=())), CATALOGUE).resources == ()


@pytest.mark.parametrize(
    ("framework", "addon", "options"),
    [
        ("fastapi", "database", {}),
        ("starlette", "cache", {}),
        ("django", "ci", {}),
        ("fastapi", "jobs", {"job": "send"}),
    ],
)
def test_what_works_on_a_resource_refuses_that_there_is_none(
    framework: str, addon: str, options: dict[str, str]
) -> None:
    with pytest.raises(UsageError, match=r"--no-resource: .*expected a --resource"):
        _ = settle(Request("quotes", framework, [addon], resources=[], options=options), CATALOGUE)

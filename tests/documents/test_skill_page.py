"""SKILL.md is what agents pay for: short, valid, and at one with the catalogue and the commands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.documents import facts
from tests.documents.markdown import ROOT, page
from tests.fake_project import fake_project
from tests.output.emissions import catalogue

NAME = "setting-up-python-backends"
SKILL = page("SKILL.md")
VALIDATE = [Path(sys.executable).with_name("agentskills"), "validate"]
BOOTSTRAP = [sys.executable, ROOT / "scripts" / "bootstrap.py"]
VERIFY = [sys.executable, ROOT / "scripts" / "verify.py"]
REFERENCES = sorted(path.name for path in (ROOT / "references").glob("*.md"))

# What an agent reads for a common job, in tokens, and the most that each piece of it may have. Nothing that is added
# takes from what another has: a page has its own budget, and each add-on a row, of which the table has room for twelve.
JOB = 5000
PROSE = 1690
ROW = 42
ROWS = 12
PAGE = 1300
PRINTED = 200
LISTED = 30

TWO_SKIPPED = """<testsuites><testsuite><testcase name="a"/>
<testcase name="b"><skipped message="no PostgreSQL answers at postgresql://postgres@127.0.0.1:5432/postgres; name one"/>
</testcase></testsuite></testsuites>"""


def tokens(text: str) -> float:
    return len(text) / 4


def rows_of_addons() -> dict[str, str]:
    """Return the lines of SKILL.md's table by the add-on that each says when to choose."""
    found = (re.search(r"`--with ([a-z-]+)`", line) for line in SKILL.text.splitlines() if line.startswith("|"))
    return {match[1]: match.string for match in found if match}


def validated(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*VALIDATE, folder], capture_output=True, text=True, check=False)


def installed(folder: Path, text: str) -> Path:
    folder.mkdir()
    _ = (folder / "SKILL.md").write_text(text, encoding="utf-8")
    return folder


def said(here: Path, *command: str | Path, **environment: str) -> str:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(
        command, cwd=here, env={**ours, **environment}, capture_output=True, text=True, check=True
    ).stdout


def test_what_each_piece_may_have_is_no_more_than_a_job_may_take() -> None:
    assert PROSE + ROWS * ROW + 2 * PAGE + PRINTED <= JOB
    assert len(catalogue().addons) <= ROWS


def test_the_page_is_short_apart_from_the_rows_of_addons() -> None:
    assert tokens(SKILL.text) - sum(tokens(row) for row in rows_of_addons().values()) <= PROSE
    assert len(SKILL.text.splitlines()) <= 150


def test_an_addon_has_one_row_of_the_page() -> None:
    rows = rows_of_addons()

    assert sorted(rows) == sorted(addon.name for addon in catalogue().addons)
    assert {name for name, row in rows.items() if tokens(row) > ROW} == set()


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_page_is_short(name: str) -> None:
    assert tokens((ROOT / "references" / name).read_text(encoding="utf-8")) <= PAGE


def test_what_a_run_and_its_gates_print_is_short(tmp_path: Path) -> None:
    project = fake_project(tmp_path)
    project.pytest(TWO_SKIPPED)

    run = said(tmp_path, *BOOTSTRAP, "orders-api", "--with", "database")
    gates = said(tmp_path, *VERIFY, project.root.name, UV=str(project.uv))

    assert "skipped" in gates
    assert tokens(run + gates) <= PRINTED


def test_the_list_has_one_short_line_for_each_addon(tmp_path: Path) -> None:
    _, _, addons = said(tmp_path, *BOOTSTRAP, "--list").partition("add-ons")
    lines = addons.splitlines()[1:]

    assert len(lines) == len(catalogue().addons)
    assert max(map(tokens, lines)) <= LISTED


def test_it_is_a_valid_skill_where_it_is_installed(tmp_path: Path) -> None:
    finished = validated(installed(tmp_path / NAME, SKILL.text))

    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize(
    ("folder", "broken"),
    [
        ("elsewhere", SKILL.text),
        (NAME, SKILL.text.replace("\nlicense:", "\nprice:")),
        (NAME, re.sub(r'description: "(.*)"', r"description: Note: \1", SKILL.text)),
        (NAME, re.sub(r'description: ".*"', f'description: "{"x" * 1025}"', SKILL.text)),
    ],
    ids=["folder", "key", "unquoted", "long"],
)
def test_a_skill_that_is_not_valid_is_found(tmp_path: Path, folder: str, broken: str) -> None:
    assert folder != NAME or broken != SKILL.text
    assert validated(installed(tmp_path / folder, broken)).returncode != 0


def test_the_description_says_what_when_and_when_not_in_quotes() -> None:
    assert 'description: "' in SKILL.front_matter
    description = yaml.safe_load(SKILL.front_matter)["description"]
    assert re.match(r"[A-Z][a-z]+s ", description), "third person"
    assert description.index(" Use when ") < description.index(" Not for ")


def test_name_and_licence_are_those_of_the_catalogue() -> None:
    stated = yaml.safe_load(SKILL.front_matter)
    identity = catalogue().skill

    assert (stated["name"], stated["license"]) == (identity["name"], identity["license"]) == (NAME, "MIT")


def test_the_python_that_it_asks_for_is_the_one_that_its_commands_ask_for() -> None:
    (needed,) = set(re.findall(r"^# requires-python = \">=([\d.]+)\"$", both_scripts(), re.MULTILINE))

    assert f"Python {needed}+" in yaml.safe_load(SKILL.front_matter)["compatibility"]
    assert f"Python {needed} or newer" in page("README.md").text


def both_scripts() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "scripts").glob("*.py"))


def test_every_exit_code_is_explained() -> None:
    stated = {int(row.cells["Exit"]) for row in SKILL.rows if "Exit" in row.cells}
    helps = "\n".join(facts.help_text(path.stem) for path in (ROOT / "scripts").glob("*.py"))

    assert stated == {int(code) for code in re.findall(r"^  (\d)  ", helps, re.MULTILINE)} > {0}


def test_every_skill_it_hands_over_to_is_one_of_the_catalogue() -> None:
    rows = [row.cells for row in SKILL.rows if "Skill" in row.cells]

    assert [row["Skill"] for row in rows] == [related["name"] for related in catalogue().skill["related_skills"]]
    assert all(row["When"] and row["Where it is not installed"] for row in rows)


def test_every_choice_and_every_field_type_is_named() -> None:
    spans = {span.text for span in SKILL.spans}

    assert {"str", "text", "int", "decimal", "bool", "date", "datetime", "uuid"} <= spans
    for choice in (*catalogue().frameworks, *catalogue().addons):
        assert choice.reference in {link.text for link in SKILL.links}


def test_agents_of_every_make_read_the_same_rules() -> None:
    assert (ROOT / "CLAUDE.md").read_text(encoding="utf-8") == "@AGENTS.md\n"
    assert 20 <= len((ROOT / "AGENTS.md").read_text(encoding="utf-8").splitlines()) <= 100


def test_the_change_log_knows_this_version_with_what_is_unreleased_on_top() -> None:
    headings = [heading.text for heading in page("CHANGELOG.md").headings]

    assert headings[1] == "Unreleased"
    assert catalogue().skill["version"] in headings

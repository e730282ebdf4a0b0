"""SKILL.md is what agents pay for: short, valid, and at one with the catalogue and the commands."""

import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from scaffold.checking.gates import GATE_NAMES
from scaffold.checking.report import summary
from scaffold.checking.results import GateResult, GateStatus, Skipped, Verification
from scaffold.errors import SkillError
from scaffold.features.catalogue import load
from tests.documents import facts
from tests.documents.markdown import ROOT, page

NAME = "setting-up-python-backends"
SKILL = page("SKILL.md")
VALIDATE = [Path(sys.executable).with_name("agentskills"), "validate"]
A_JOB = [sys.executable, ROOT / "scripts" / "bootstrap.py", "orders-api", "--with", "database"]


def tokens(text: str) -> float:
    return len(text) / 4


def validated(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*VALIDATE, folder], capture_output=True, text=True, check=False)


def installed(folder: Path, text: str) -> Path:
    folder.mkdir()
    _ = (folder / "SKILL.md").write_text(text, encoding="utf-8")
    return folder


def what_is_printed(folder: Path) -> str:
    """Return what an agent reads of the scripts on the way: the catalogue, the run, and gates with skipped tests."""
    listed = subprocess.run([*A_JOB[:2], "--list"], capture_output=True, text=True, check=True).stdout
    run = subprocess.run([*A_JOB, "--into", folder / "new"], capture_output=True, text=True, check=True).stdout
    gates = tuple(GateResult(name, GateStatus.GREEN, 12.3) for name in GATE_NAMES)
    skipped = Skipped(30, "no PostgreSQL answers at postgresql://postgres@127.0.0.1:5432/postgres; name one")
    return "\n".join([listed, run, *summary(Verification("orders-api", gates, (skipped,)))])


def test_the_page_is_within_its_budget() -> None:
    assert len(SKILL.text.splitlines()) <= 150
    assert tokens(SKILL.text) <= 2000


def test_a_common_job_is_read_within_its_budget(tmp_path: Path) -> None:
    printed = what_is_printed(tmp_path)
    references = [path.read_text(encoding="utf-8") for path in (ROOT / "references").glob("*.md")]

    jobs = [tokens("".join([SKILL.text, *two, printed])) for two in combinations(references, 2)]

    assert max(jobs) < 5000


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
    identity = load().identity

    assert (stated["name"], stated["license"]) == (identity["name"], identity["license"]) == (NAME, "MIT")


def test_every_exit_code_is_explained() -> None:
    stated = [int(row.cells["Exit"]) for row in SKILL.rows if "Exit" in row.cells]
    kinds = [error.exit_code for error in SkillError.__subclasses__()]

    assert sorted(stated) == sorted({0, 1, 4, *kinds})
    for command in ("bootstrap", "verify"):
        printed = {int(code) for code in re.findall(r"^  (\d)  ", facts.parser(command).format_help(), re.MULTILINE)}
        assert set(stated) >= printed > set()


def test_every_skill_it_hands_over_to_is_one_of_the_catalogue() -> None:
    rows = [row.cells for row in SKILL.rows if "Skill" in row.cells]

    assert [row["Skill"] for row in rows] == [related["name"] for related in load().identity["related_skills"]]
    assert all(row["When"] and row["Where it is not installed"] for row in rows)


def test_every_choice_and_every_field_type_is_named() -> None:
    catalogue = load()
    spans = {span.text for span in SKILL.spans}

    assert {f"--with {addon.name}" for addon in catalogue.addons} <= spans
    assert {"str", "text", "int", "decimal", "bool", "date", "datetime", "uuid"} <= spans
    for choice in (*catalogue.frameworks, *catalogue.addons):
        assert choice.reference in {link.text for link in SKILL.links}


def test_agents_of_every_make_read_the_same_rules() -> None:
    assert (ROOT / "CLAUDE.md").read_text(encoding="utf-8") == "@AGENTS.md\n"
    assert 20 <= len((ROOT / "AGENTS.md").read_text(encoding="utf-8").splitlines()) <= 90


def test_the_change_log_knows_this_version_with_what_is_unreleased_on_top() -> None:
    headings = [heading.text for heading in page("CHANGELOG.md").headings]

    assert headings[1] == "Unreleased"
    assert load().version in headings

import re

import pytest

from scaffold.asking.answers import Request, settle
from tests.documents import facts
from tests.documents.checking import problems
from tests.documents.commands import commands
from tests.documents.markdown import page, pages, parse
from tests.output.emissions import catalogue

# What a new user does, word for word.
START = """\
pip install uv && uv run scripts/bootstrap.py orders-api --into ../orders-api --with database \\
    --resource "order: customer_id:uuid, total:decimal, note:str?" --verify
"""
SELF_TEST = "uv run pytest\n"
RESOURCES = "references/resources.md"


def shell(line: str, path: str = "SKILL.md") -> list[str]:
    return problems(commands([parse(path, f"```sh\n{line}\n```\n")]))


def test_every_command_on_every_page_would_run() -> None:
    assert problems(commands(pages())) == []


def test_every_example_of_the_page_on_resources_is_read() -> None:
    lines = [fence.text.replace("\\\n", " ") for fence in page(RESOURCES).fences]
    examples = [re.findall(r'--resource "([^"]+)"', line) for line in lines]

    assert list(map(len, examples)) == [2, 4, 1]
    for specs in examples:
        assert len(settle(Request("a-b", addons=["database"], resources=specs), catalogue()).resources) == len(specs)


def test_the_help_explains_the_language_in_few_lines_with_an_example_that_is_read() -> None:
    explained = facts.help_text("bootstrap").partition("\n--resource")[2].partition("\n\n")[0]
    specs = re.findall(r'^  "(.+)"$', explained, re.MULTILINE)

    assert len(explained.splitlines()) <= 12
    assert len(settle(Request("a-b", addons=["database"], resources=specs), catalogue()).resources) == 2


def test_the_readme_gives_the_two_commands_as_blocks_to_paste() -> None:
    blocks = [fence.text for fence in page("README.md").fences if fence.language == "sh"]

    assert START in blocks
    assert SELF_TEST in blocks


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("uv run scripts/bootstrap.py orders-api --wiht database", "unrecognized arguments: --wiht database"),
        ("uv run scripts/bootstrap.py orders-api --with databse", "did you mean database?"),
        ("uv sync --unlocked", "does not know: --unlocked"),
        ("uv run scripts/bootstrap.py orders-api --resource 'order: total:money'", "did you mean decimal?"),
        ("uv run scripts/bootstrap.py orders-api --framework flask", "expected one of fastapi"),
        ("uv run scripts/bootstrap.py class", "a Python keyword"),
        ("python3 scripts/bootstrap.py", "got none"),
        ("uv run scripts/verify.py ../a --only typing", "--only: got"),
        ("uv run scripts/verify.py ../a --fast", "unrecognized arguments: --fast"),
        ("uv run scripts/absent.py", "scripts/absent.py, which is not there"),
        ("cd ../a && uv run poe tpyes", "names no Poe task"),
        ("uv run poe bench", "names no Poe task"),
        ("uv run pytest tests/absent.py", "tests that are not there"),
        ("alembic downgrade tail", "no command that an emitted task runs"),
        ("uv lokc", "no command of uv: lokc"),
    ],
)
def test_a_command_that_would_not_run_is_found(line: str, wrong: str) -> None:
    (problem,) = shell(line)

    assert wrong in problem


def test_a_command_in_running_text_and_one_after_a_good_one_are_found() -> None:
    assert len(problems(commands([parse("a.md", "Try `uv run poe absent`, or `uv run poe check`.")]))) == 1
    assert len(shell("uv run poe check && \\\n  uv run poe absent")) == 1
    assert len(shell("uv run poe check\nuv run poe absent  # comment")) == 1


@pytest.mark.parametrize(
    "line",
    [
        'uv run scripts/bootstrap.py a-b --into ../a --with database --resource "person/people: name:str" --json',
        "uv run scripts/bootstrap.py --help",
        "uv run scripts/bootstrap.py --list --json",
        "uv run scripts/verify.py ../a --only lint,types --json",
        'uv run poe migration "add status"',
        "uv lock --upgrade-package msgspec",
        "docker compose up --build",
    ],
)
def test_a_command_that_would_run_passes(line: str) -> None:
    assert shell(line) == []


def test_tasks_of_the_skill_are_for_the_pages_about_it() -> None:
    assert shell("uv run poe bench", "AGENTS.md") == []


def test_looking_at_nothing_is_no_pass() -> None:
    with pytest.raises(AssertionError, match="nothing was looked at"):
        problems(commands([parse("a.md", "`code`\n\n```toml\na = 1\n```\n")]))

import pytest

from tests.documents import facts
from tests.documents.checking import problems
from tests.documents.markdown import Page, pages, parse
from tests.documents.names import World, code_font, defaults, emitted_world, tasks, whole_world
from tests.output.emissions import telling_sets
from tests.output.namings import Addons

TELLING = telling_sets(facts.FRAMEWORK)
WORLD = World(
    paths={"src/orders_api/api/app.py", "README.md", "assets/addons/database/feature.yaml", ".ci/run"},
    variables={"APP_ENV", "DATABASE_URL"},
    options={"--with", "--only"},
    choices={"database", "types", "tests"},
)

every_telling_set = pytest.mark.parametrize("addons", TELLING, ids=["-".join(addons) or "bare" for addons in TELLING])


def emitted_pages(addons: Addons) -> list[Page]:
    return [parse(f"emitted/{path}", text) for path, text in facts.emitted(*addons).items() if path.endswith(".md")]


def test_every_option_setting_and_path_in_code_font_is_there() -> None:
    assert problems(code_font(pages(), whole_world())) == []


@every_telling_set
def test_every_setting_and_path_in_code_font_in_what_is_emitted_is_there(addons: Addons) -> None:
    assert problems(code_font(emitted_pages(addons), emitted_world(*addons))) == []


@every_telling_set
def test_every_task_that_an_emitted_page_calls_is_declared(addons: Addons) -> None:
    declared = facts.tasks(facts.emitted(*addons)["pyproject.toml"])

    assert problems(tasks(emitted_pages(addons), declared)) == []


def test_defaults_are_as_they_are_emitted() -> None:
    assert problems(defaults(pages(), facts.variables(facts.emitted_with_everything()))) == []


@pytest.mark.parametrize(
    "span",
    [
        "api/absent.py",
        "pi/app.py",
        "api/apps/",
        "absent.py",
        "src/absent",
        "assets/addons/<name>/absent.yaml",
        "--fast",
        "--with absent",
        "--only types,absent",
        "APP_NAME",
        "DATABASE_ULR",
        "DATABASE_U_",
    ],
)
def test_what_is_not_there_is_found(span: str) -> None:
    assert len(problems(code_font([parse("a.md", f"`{span}`")], WORLD))) == 1


@pytest.mark.parametrize(
    "span",
    [
        "api/app.py",
        "src/<package>/",
        "api/",
        "README.md",
        ".ci/run",
        "assets/addons/<name>/feature.yaml",
        "--with database",
        "--only types,tests",
        "APP_ENV",
        "DATABASE_URL",
        "DATABASE_",
    ],
)
def test_what_is_there_passes(span: str) -> None:
    assert problems(code_font([parse("a.md", f"`{span}`")], WORLD)) == []


@pytest.mark.parametrize(
    "span",
    [
        "anything()",
        "a.word",
        "AWS_REGION",
        "X-Trace-ID",
        "/healthz",
        "GET /orders",
        "application/json",
        "../orders-api",
        "https://example.org/a.py",
        "total:decimal",
    ],
)
def test_words_of_which_nothing_here_can_tell_are_not_looked_up(span: str) -> None:
    assert not WORLD.covers(span) or WORLD.lacks(span) is None


def test_a_task_that_is_not_declared_is_found() -> None:
    text = "Run `uv run poe check`, then `poe chekc`.\n\n```sh\nuv run poe chekc\n```\n"

    assert len(problems(tasks([parse("a.md", text)], {"check"}))) == 2


def test_a_default_that_is_another_is_found() -> None:
    table = "| Variable | Default |\n|---|---|\n| `A` | `1` |\n| `B` | |\n| `C` | `./<package>` |\n| `D` | `1` |\n"

    found = problems(defaults([parse("a.md", table)], {"A": "2", "B": "", "C": "./orders_api"}))

    assert [problem.split(" states ")[1] for problem in found] == ["'1'; it is '2'", "'1'; it is None"]


def test_looking_at_nothing_is_no_pass() -> None:
    nothing = [parse("a.md", "text and `words`")]
    for check in (code_font(nothing, WORLD), tasks(nothing, {"check"}), defaults(nothing, {})):
        with pytest.raises(AssertionError, match="nothing was looked at"):
            problems(check)

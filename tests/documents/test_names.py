import pytest

from tests.documents import facts
from tests.documents.checking import problems
from tests.documents.markdown import Page, pages, parse
from tests.documents.names import World, code_font, defaults, emitted_world, whole_world

# In code font, but not ours: what an agent may go on to use or write, and what it must not.
ELSEWHERE = frozenset(
    {
        '"__main__ | console"',
        ".with_for_update()",
        "BEGIN IMMEDIATE",
        "allkeys-lru",
        "asyncio.gather",
        "appendfsync everysec",
        "aud",
        "fetch_row",
        "ignore_imports",
        "infrastructure/clients/pricing.py",
        "iss",
        "maxmemory",
        "joserfc",
        "open_pricing(settings)",
        "redis",
        "workers/",
    }
)
ELSEWHERE_FOR_OWNERS = frozenset(
    {'"auto_configure": True', '"tracing": True', "extra={...}", "OTEL_EXPORTER_OTLP_ENDPOINT"}
)

WORLD = World(
    paths={"src/orders_api/api/app.py", "README.md", "assets/addons/database/feature.yaml"},
    source='def create_app(name: str) -> None: "postgres", responses=problems(404), x-request-id, /healthz',
    options={"--with", "--only"},
    variables={"APP_ENV", "DATABASE_URL"},
)


def emitted_pages(*addons: str) -> list[Page]:
    texts = facts.emitted(*addons)
    return [parse(f"emitted/{path}", text) for path, text in texts.items() if path.endswith(".md")]


def test_everything_in_code_font_is_there() -> None:
    assert problems(code_font(pages(), whole_world(), ELSEWHERE)) == []


def test_nothing_is_excused_that_no_page_names() -> None:
    assert {span.text for one in pages() for span in one.spans} >= ELSEWHERE


@pytest.mark.parametrize(
    "addons",
    [(), ("database",), ("auth",), ("login",), ("cache",), ("jobs",), ("database", "jobs")],
    ids=["bare", "database", "auth", "login", "cache", "jobs", "database and jobs"],
)
def test_everything_in_code_font_in_what_is_emitted_is_there(addons: tuple[str, ...]) -> None:
    assert problems(code_font(emitted_pages(*addons), emitted_world(*addons), ELSEWHERE_FOR_OWNERS)) == []


def test_defaults_are_as_they_are_emitted() -> None:
    assert problems(defaults(pages(), facts.variables())) == []


@pytest.mark.parametrize(
    "span",
    [
        "api/absent.py",
        "pi/app.py",
        "api/apps/",
        "absent.py",
        "assets/addons/<name>/absent.yaml",
        "--fast",
        "--with absent",
        "APP_NAME",
        "REDIS_",
        "create_apps()",
        "create_",
        "mysql://",
        "order: total:money",
        "X-Trace-ID",
        "GET /absent",
    ],
)
def test_what_is_not_there_is_found(span: str) -> None:
    assert lacks(span)


@pytest.mark.parametrize(
    "span",
    [
        "api/app.py",
        "src/<package>/",
        "api/",
        "README.md",
        "assets/addons/<name>/feature.yaml",
        "--with database",
        "--only types,tests",
        "APP_ENV",
        "DATABASE_",
        "create_app()",
        "responses=problems(...)",
        "postgres://",
        "person/people: name:str",
        "X-Request-ID",
        "GET /healthz",
    ],
)
def test_what_is_there_passes(span: str) -> None:
    assert not lacks(span)


def test_a_default_that_is_another_is_found() -> None:
    table = "| Variable | Default |\n|---|---|\n| `A` | `1` |\n| `B` | |\n| `C` | `./<package>` |\n| `D` | `1` |\n"

    found = problems(defaults([parse("a.md", table)], {"A": "2", "B": "", "C": "./orders_api"}))

    assert [problem.split(" states ")[1] for problem in found] == ["'1'; it is '2'", "'1'; it is None"]


def test_looking_at_nothing_is_no_pass() -> None:
    for check in (code_font([parse("a.md", "text")], WORLD), defaults([parse("a.md", "text")], {})):
        with pytest.raises(AssertionError, match="nothing was looked at"):
            problems(check)


def lacks(span: str) -> bool:
    return bool(problems(code_font([parse("a.md", f"`{span}`")], WORLD)))

import re
from pathlib import Path

import pytest

from {{ package }}.infrastructure.config import AppSettings, load_section, load_settings
from {{ package }}.infrastructure.environment import SettingsError

from tests.fixtures.setting_names import DOTENV_DISABLED, SETTING_NAMES


@pytest.fixture(autouse=True)
def own_dotenv_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(DOTENV_DISABLED)
{% for section in sections %}
{% for field in section.variables if field.default == "" %}
    monkeypatch.setenv("{{ section.prefix }}{{ field.name | upper }}", "{{ field.shown }}")
{% endfor %}
{% endfor %}


def test_every_problem_is_named_as_the_process_ends_and_an_empty_variable_counts_as_unset(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"PORT": "eighty", "LOG_LEVEL": "loud", "MAX_CONNECTIONS": ""}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as ended:
        load_settings()

    title, port, log_level = str(ended.value.code).split("\n  ")
    assert title == "The environment has problems:"
    assert re.fullmatch("PORT: got 'eighty'; expected .+", port)
    assert log_level == "LOG_LEVEL: got 'loud'; expected DEBUG or INFO or WARNING or ERROR"


@pytest.mark.parametrize(
    ("variable", "value", "port"),
    [("HOST", "x", 9001), ("PORT", "9002", 9002), ("APP_ENV", "production", 8000), (DOTENV_DISABLED, "true", 8000)],
)
def test_only_development_reads_a_dotenv_file_and_the_real_environment_wins(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, port: int
) -> None:
    Path(".env").write_text("PORT=9001\n", encoding="utf-8")
    monkeypatch.setenv(variable, value)

    assert load_section(AppSettings).port == port


@pytest.mark.parametrize(("app_env", "problem"), [("production", "RELOAD"), ("prod", "APP_ENV")])
def test_production_refuses_unsafe_values_and_another_name_for_it(
    monkeypatch: pytest.MonkeyPatch, app_env: str, problem: str
) -> None:
    monkeypatch.setenv("APP_ENV", app_env)
    monkeypatch.setenv("RELOAD", "true")

    with pytest.raises(SettingsError, match=problem):
        load_section(AppSettings)


def test_the_example_file_can_be_read_and_holds_the_default_of_every_variable() -> None:
    without = load_settings()
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    offered: list[str] = re.findall(r"^# ([A-Z][A-Z0-9_]+=.*)$", example, re.MULTILINE)
    Path(".env").write_text("\n".join(offered), encoding="utf-8")

    assert {line.partition("=")[0] for line in offered} == SETTING_NAMES
    assert load_settings() == without


def test_the_readme_lists_every_variable() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", text, re.MULTILINE)) == SETTING_NAMES

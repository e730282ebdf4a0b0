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


def test_without_any_variable_the_defaults_are_for_development() -> None:
    assert load_settings().app == AppSettings()


def test_every_problem_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("MAX_CONNECTIONS", "0")
    monkeypatch.setenv("DOCS_ENABLED", "maybe")
    monkeypatch.setenv("REQUEST_TIMEOUT_SECONDS", "soon")

    with pytest.raises(SettingsError) as raised:
        load_settings()

    assert raised.value.problems == (
        "PORT: got 'eighty'; expected integer >= 0 and <= 65535",
        "LOG_LEVEL: got 'loud'; expected DEBUG or INFO or WARNING or ERROR",
        "DOCS_ENABLED: got 'maybe'; expected boolean",
        "REQUEST_TIMEOUT_SECONDS: got 'soon'; expected number > 0 and <= 3600",
        "MAX_CONNECTIONS: got '0'; expected integer >= 1 and <= 1000000",
    )


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")

    assert load_section(AppSettings).port == 8000


def test_log_levels_are_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "warning")

    assert load_section(AppSettings).log_level == "WARNING"


def test_development_reads_a_dotenv_file_and_the_real_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=9001\nHOST=0.0.0.0\n")
    monkeypatch.setenv("PORT", "9002")

    settings = load_section(AppSettings)

    assert (settings.port, settings.host) == (9002, "0.0.0.0")  # noqa: S104 - nothing listens here


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(encoding: str, end: str) -> None:
    Path(".env").write_bytes(f"PORT=9001{end}HOST=höst{end}".encode(encoding))

    settings = load_section(AppSettings)

    assert (settings.port, settings.host) == (9001, "höst")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_dotenv_file_in_another_encoding_is_one_line_of_the_problems(encoding: str) -> None:
    Path(".env").write_bytes("PORT=9001\nHOST=höst\n".encode(encoding))

    with pytest.raises(SettingsError) as raised:
        load_settings()

    assert raised.value.problems == (".env: got another encoding; expected UTF-8; try saving it as that",)


def test_a_dotenv_file_that_cannot_be_read_is_one_line_of_the_problems() -> None:
    Path(".env").mkdir()

    with pytest.raises(SettingsError) as raised:
        load_settings()

    assert [problem.partition(":")[0] for problem in raised.value.problems] == [".env"]


def test_a_dotenv_file_can_be_disabled(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=9001\n")
    monkeypatch.setenv(DOTENV_DISABLED, "true")

    assert load_section(AppSettings).port == 8000


def test_production_reads_no_dotenv_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=9001\n")
    monkeypatch.setenv("APP_ENV", "production")

    assert load_section(AppSettings).port == 8000


@pytest.mark.parametrize("spelling", ["production", "PRODUCTION", " Production "])
def test_production_is_recognized_in_any_spelling(monkeypatch: pytest.MonkeyPatch, spelling: str) -> None:
    Path(".env").write_text("RELOAD=false\nPORT=9001\n")
    monkeypatch.setenv("APP_ENV", spelling)

    assert load_section(AppSettings).port == 8000

    monkeypatch.setenv("RELOAD", "true")

    with pytest.raises(SettingsError, match="RELOAD"):
        load_section(AppSettings)


def test_an_unknown_environment_reads_no_dotenv_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=not a number\n")
    monkeypatch.setenv("APP_ENV", "prod")

    with pytest.raises(SettingsError) as raised:
        load_section(AppSettings)

    assert raised.value.problems == ("APP_ENV: got 'prod'; expected development or production",)


@pytest.mark.parametrize("line", ["APP_ENV=production", "APP_ENV=PRODUCTION", "APP_ENV=prod"])
def test_a_dotenv_file_cannot_turn_production_on(line: str) -> None:
    Path(".env").write_text(line)

    with pytest.raises(SettingsError, match=r"APP_ENV: got '\w+' from \.env"):
        load_settings()


def test_the_example_file_can_be_read_and_holds_the_defaults() -> None:
    without = load_settings()
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    offered = re.findall(r"^# ([A-Z][A-Z0-9_]+=.*)$", example, re.MULTILINE)
    Path(".env").write_text("\n".join(offered))

    assert offered
    assert load_settings() == without


def test_documentation_pages_are_off_in_production_unless_asked_for() -> None:
    assert AppSettings().docs
    assert not AppSettings(app_env="production").docs
    assert AppSettings(app_env="production", docs_enabled=True).docs


@pytest.mark.parametrize(
    ("document", "pattern"),
    [(".env.example", r"^# ([A-Z][A-Z0-9_]+)="), ("README.md", r"^\| `([A-Z][A-Z0-9_]+)` \|")],
)
def test_the_documents_list_every_variable(document: str, pattern: str) -> None:
    text = (Path(__file__).parents[2] / document).read_text(encoding="utf-8")

    assert set(re.findall(pattern, text, re.MULTILINE)) == SETTING_NAMES

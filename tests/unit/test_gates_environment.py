import sys
from pathlib import Path

import pytest

from scaffold.checking.gates import run_gates
from tests.fake_project import FakeProject, only

# Where packages and Pythons come from, and where the machine keeps them: uv needs these to install anything.
REACHING = (
    "ALL_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "UV_CACHE_DIR",
    "UV_CONFIG_FILE",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_HTTP_TIMEOUT",
    "UV_INDEX",
    "UV_INDEX_COMPANY_PASSWORD",
    "UV_INDEX_URL",
    "UV_NO_MANAGED_PYTHON",
    "UV_OFFLINE",
    "UV_PYTHON_DOWNLOADS",
    "UV_PYTHON_INSTALL_MIRROR",
    "https_proxy",
)
CHANGING = (
    "UV_ACTIVE",
    "UV_EXCLUDE_NEWER",
    "UV_FROZEN",
    "UV_LOCKED",
    "UV_NO_BUILD",
    "UV_NO_CONFIG",
    "UV_NO_DEFAULT_GROUPS",
    "UV_NO_DEV",
    "UV_NO_EDITABLE",
    "UV_NO_PROJECT",
    "UV_NO_SYNC",
    "UV_PROJECT",
    "UV_PROJECT_ENVIRONMENT",
    "UV_PYTHON",
    "UV_RESOLUTION",
    "UV_SYSTEM_PYTHON",
    "UV_WORKING_DIR",
    "VIRTUAL_ENV",
)


def given(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def set_by_the_caller(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    for name in names:
        monkeypatch.setenv(name, "from-the-caller")


def test_tests_get_the_callers_servers_but_none_of_its_settings(
    project: FakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.root / ".env.example").write_text(
        "# how it runs\nAPP_ENV=development\nDATABASE_URL=\n#QUEUE_NAME=\nTEST_URL=\n"
    )
    seen = project.root / "seen"
    carried = ("APP_ENV", "QUEUE_NAME", "DATABASE_URL", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTEST_ADDOPTS")
    kept = {"TEST_URL": "postgresql://somewhere", "OTHER": "kept"}
    set_by_the_caller(monkeypatch, *carried, "FORCE_COLOR", "VIRTUAL_ENV")
    for name, value in kept.items():
        monkeypatch.setenv(name, value)
    project.tool("pytest", f"env > {seen}; exit 1")

    only(project, "tests")

    found = given(seen)
    assert "from-the-caller" not in found.values()
    assert found.items() >= kept.items()
    assert found["VIRTUAL_ENV"] == str(project.root / ".venv")
    assert found["PATH"].split(":")[0] == str(project.scripts)


def test_uv_is_given_what_reaches_packages_and_nothing_that_changes_what_the_environment_means(
    project: FakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_by_the_caller(monkeypatch, *REACHING, *CHANGING)
    seen = project.root / "seen"
    project.sync(f"env > {seen}")

    verification = run_gates(project.root, ["sync"])

    assert {name for name, value in given(seen).items() if value == "from-the-caller"} == set(REACHING)
    assert set(CHANGING) <= set(verification.set_aside)


def test_tools_are_given_no_proxy_whatever_its_case(project: FakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    proxies = ("ALL_PROXY", "HTTP_PROXY", "NO_PROXY", "all_proxy", "https_proxy", "socks_proxy")
    set_by_the_caller(monkeypatch, *proxies)
    seen = project.root / "seen"
    project.tool("pytest", f"env > {seen}; exit 1")

    verification = run_gates(project.root, ["tests"])

    assert "from-the-caller" not in given(seen).values()
    assert set(proxies) <= set(verification.set_aside)


def test_settings_of_the_project_are_named_once_they_are_set_aside(
    project: FakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.root / ".env.example").write_text("#QUEUE_NAME=\nTEST_URL=\n")
    set_by_the_caller(monkeypatch, "QUEUE_NAME", "PORT", "TEST_URL", "OTHER")

    aside = run_gates(project.root, ["lint"]).set_aside

    assert {"QUEUE_NAME", "PORT"} <= set(aside)
    assert not {"TEST_URL", "OTHER"} & set(aside)
    assert list(aside) == sorted(aside)


def test_what_uv_run_leaves_behind_is_nobodys_choice(project: FakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")

    aside = run_gates(project.root, ["lint"]).set_aside

    assert not {"VIRTUAL_ENV", "UV_RUN_RECURSION_DEPTH", "UV"} & set(aside)

"""The workflows pass the linters of their format, and run what a developer runs, with the services chosen."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.output.emissions import catalogue, emit, label, put_down, telling_backends, with_names
from tests.output.namings import EVERYDAY, Addons

BIN = Path(sys.executable).parent
CHECKED = [(framework, addons) for framework, addons in telling_backends() if "ci" in addons]
WORKFLOWS = ("check-jsonschema", "--builtin-schema", "vendor.github-workflows")
DEPENDABOT = ("check-jsonschema", "--builtin-schema", "vendor.dependabot")
# What an image's digest is, no machine without its registry can know; Dependabot pins and renews it.
ZIZMOR = ("zizmor", "--offline", "--persona", "auditor", "--config")
# How tests are told of a service; an add-on may bring others.
VARIABLES = {"postgres": "TEST_DATABASE_URL", "redis": "TEST_REDIS_URL", "jobs-redis": "TEST_REDIS_URL"}
CONFIG = "rules:\n  unpinned-images:\n    disable: true\n"


def run(tool: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BIN / tool, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def audited(folder: Path) -> subprocess.CompletedProcess[str]:
    config = folder / "zizmor.yml"
    _ = config.write_text(CONFIG, encoding="utf-8")
    return run(*ZIZMOR, str(config), ".", cwd=folder)


def workflow(name: str, framework: str, addons: Addons) -> Any:  # noqa: ANN401 - whatever YAML holds
    files = emit(EVERYDAY, framework, addons)
    (text,) = (file.content for file in files if file.path == f".github/workflows/{name}.yaml")
    return yaml.safe_load(text)


def test_the_linters_of_workflows_find_nothing(tmp_path: Path) -> None:
    emissions = with_names(CHECKED)
    for number, chosen in enumerate(emissions):
        files = [file for file in emit(*chosen) if file.path.startswith(".github/")]
        _ = put_down(tuple(files), tmp_path / str(number))
    workflows = sorted(map(str, tmp_path.rglob("workflows/*.yaml")))
    dependabot = sorted(map(str, tmp_path.rglob("dependabot.yml")))

    assert len(workflows) == 2 * len(dependabot) == 2 * len(emissions)
    for checked in (
        run(*WORKFLOWS, *workflows, cwd=tmp_path),
        run(*DEPENDABOT, *dependabot, cwd=tmp_path),
        audited(tmp_path),
    ):
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("path", "right", "wrong"),
    [
        ("workflows/check.yaml", "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7"),
        ("workflows/check.yaml", "persist-credentials: false", "persist-credentials: true"),
        ("workflows/check.yaml", "permissions: {}", "permissions: write-all"),
        ("dependabot.yml", "default-days: 7", "default-days: 1"),
        ("workflows/check.yaml", "timeout-minutes: 15", "timeout-minutes: soon"),
        ("dependabot.yml", "interval: weekly", "interval: fortnightly"),
    ],
)
def test_what_is_wrong_is_found(tmp_path: Path, path: str, right: str, wrong: str) -> None:
    root = put_down(emit(EVERYDAY, "fastapi", ("ci",)), tmp_path)
    file = root / ".github" / path
    text = file.read_text(encoding="utf-8")
    assert right in text
    _ = file.write_text(text.replace(right, wrong, 1), encoding="utf-8")

    schema = WORKFLOWS if "workflows" in path else DEPENDABOT
    assert audited(root).returncode or run(*schema, str(file), cwd=root).returncode


@pytest.mark.parametrize(("framework", "addons"), CHECKED, ids=[label(*backend) for backend in CHECKED])
def test_the_check_command_needs_no_services_and_the_tests_run_on_those_chosen_too(
    framework: str, addons: Addons
) -> None:
    jobs = workflow("check", framework, addons)["jobs"]
    check, servers = jobs.pop("check"), jobs.pop("servers", {})
    # One Redis is enough for tests: that of the cache does for jobs too.
    there = catalogue().with_required(framework, addons)
    redis = {"cache": "redis"} if "cache" in addons else {"jobs": "jobs-redis"}
    chosen = {name for addon, name in {"database": "postgres", **redis}.items() if addon in there}

    assert jobs == {}
    assert [step["run"] for step in check["steps"] if "run" in step] == ["uv sync --locked", "uv run poe check"]
    assert not {"services", "env"} & check.keys()
    assert servers.get("services", {}).keys() == chosen
    assert servers.get("env", {}).keys() == {VARIABLES[service] for service in chosen}
    if servers:
        assert [step["run"] for step in servers["steps"] if "run" in step] == ["uv sync --locked", "uv run poe test"]
    assert all(job["permissions"] == {"contents": "read"} for job in (check, servers) if job)


def test_the_lock_is_audited_once_a_week() -> None:
    audit = workflow("audit", "fastapi", ("ci",))
    (job,) = audit["jobs"].values()
    (when,) = audit[True]["schedule"]  # YAML 1.1 takes the key `on` for a truth value

    assert [step["run"] for step in job["steps"] if "run" in step] == ["uv audit --locked"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", when["cron"])
    assert job["permissions"] == {"contents": "read"}


def test_every_action_is_pinned_by_commit_and_says_its_version() -> None:
    for file in emit(EVERYDAY, "fastapi", ("ci",)):
        if file.path.startswith(".github/workflows/"):
            used = re.findall(r"uses: (.*)", file.content.decode())
            assert used
            assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", action) for action in used)


def test_dependabot_looks_at_images_only_where_there_are_some() -> None:
    def ecosystems(*addons: str) -> set[str]:
        (text,) = (file.content for file in emit(EVERYDAY, "fastapi", addons) if file.path == ".github/dependabot.yml")
        return {update["package-ecosystem"] for update in yaml.safe_load(text)["updates"]}

    assert ecosystems("ci") == {"uv", "github-actions"}
    assert ecosystems("ci", "container") == {"uv", "github-actions", "docker", "docker-compose"}

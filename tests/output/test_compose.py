"""compose.yaml and the Dockerfile as files: they pass their linters, and compose runs what was chosen."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scaffold.plan import PlannedFile
from tests.output.emissions import catalogue, emit, label, put_down, telling_backends, texts, with_names
from tests.output.images import namespaces_or_skip
from tests.output.namings import EVERYDAY, Addons

BIN = Path(sys.executable).parent
WHOSE_DEFAULT_IS_FINE = {"BILLING_CLIENT_SECRET", "FETCH_ALLOW", "OIDC_SCOPES", "RELOAD", "TRUSTED_PROXY"}
FINISHED = {"condition": "service_completed_successfully"}
COMPOSE = ("check-jsonschema", "--builtin-schema", "vendor.compose-spec")
SHIPPED = [(framework, addons) for framework, addons in telling_backends() if "container" in addons]
every_combination = pytest.mark.parametrize(
    ("framework", "addons"), SHIPPED, ids=[label(*chosen) for chosen in SHIPPED]
)


def run(tool: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BIN / tool, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def compose_of(files: tuple[PlannedFile, ...]) -> dict[str, Any]:
    (text,) = (file.content for file in files if file.path == "compose.yaml")
    return yaml.safe_load(text)


def test_hadolint_and_the_schema_of_compose_find_nothing(tmp_path: Path) -> None:
    emissions = with_names(SHIPPED)
    for number, chosen in enumerate(emissions):
        shipped = [file for file in emit(*chosen) if file.path in {"Dockerfile", "compose.yaml"}]
        _ = put_down(tuple(shipped), tmp_path / str(number))
    dockerfiles, composed = (sorted(map(str, tmp_path.rglob(name))) for name in ("Dockerfile", "compose.yaml"))

    assert len(dockerfiles) == len(composed) == len(emissions)
    for checked in (run("hadolint", *dockerfiles, cwd=tmp_path), run(*COMPOSE, *composed, cwd=tmp_path)):
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("path", "right", "wrong", "tool"),
    [
        ("Dockerfile", "uv==", "uv>=", ["hadolint", "Dockerfile"]),
        ("compose.yaml", "read_only: true", "read_only: [1]", [*COMPOSE, "compose.yaml"]),
    ],
    ids=["hadolint", "compose"],
)
def test_what_is_wrong_is_found(tmp_path: Path, path: str, right: str, wrong: str, tool: list[str]) -> None:
    root = put_down(emit(EVERYDAY, "fastapi", ("container",)), tmp_path)
    text = (root / path).read_text(encoding="utf-8")
    assert right in text
    _ = (root / path).write_text(text.replace(right, wrong), encoding="utf-8")

    assert run(*tool, cwd=root).returncode != 0


@every_combination
def test_compose_holds_the_services_chosen_and_no_secret(framework: str, addons: Addons) -> None:
    files = emit(EVERYDAY, framework, addons)
    document = compose_of(files)
    named = {"database": {"postgres", "migrate"}, "cache": {"redis"}, "jobs": {"jobs-redis", "worker"}}

    there = catalogue().with_required(framework, addons)
    expected = {"app"}.union(*(named.get(addon, set()) for addon in there))
    assert expected <= document["services"].keys()
    assert not document["services"].keys() & (set().union(*named.values()) - expected)
    for service in document["services"].values():
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))
        given = service.get("environment", {})
        secret = [value for name, value in given.items() if re.search("PASSWORD|SECRET|KEY", name)]
        assert all(str(value).startswith("${") for value in secret)


@every_combination
def test_every_variable_that_production_insists_on_is_given_or_asked_for(framework: str, addons: Addons) -> None:
    files = texts(emit(EVERYDAY, framework, addons))
    refused = (
        set(re.findall(r'yield "([A-Z_]+): got', files["src/orders_api/infrastructure/config.py"]))
        - WHOSE_DEFAULT_IS_FINE
    ) & set(re.findall(r"^# ([A-Z_]+)=", files[".env.example"], re.MULTILINE))

    sections = [
        section for feature in catalogue().features(framework, addons) for section in feature.entries("settings")
    ]
    used = {section["class"] for section in sections if "name" in section}
    fields = [
        (f"{section.get('prefix', '')}{field['name'].upper()}", field)
        for section in sections
        if section["class"] in used
        for field in section.get("fields", [])
    ]
    required = {name for name, field in fields if "default" not in field}
    composed = {name for name, field in fields if "in_compose" in field}

    given = yaml.safe_load(files["compose.yaml"])["services"]["app"].get("environment", {})

    assert given.keys() == refused | required | composed


@every_combination
def test_the_readme_names_what_compose_asks_for(framework: str, addons: Addons) -> None:
    files = texts(emit(EVERYDAY, framework, addons))
    section = files["README.md"].partition("## Container")[2].partition("\n## ")[0]

    asked = set(re.findall(r"\$\{(\w+):?\?", files["compose.yaml"]))
    assert set(re.findall(r"^- `([A-Z_]+)`$", section, re.MULTILINE)) == asked
    assert ("POSTGRES_PASSWORD" in asked) is ("database" in catalogue().with_required(framework, addons))
    # Nothing is taken from the environment in silence, for unset it would be empty.
    assert set(re.findall(r"\$\{?(\w+)(?!\w*:-)", files["compose.yaml"])) == asked


def test_an_issuer_whose_tokens_have_no_audience_is_asked_for_none() -> None:
    given = compose_of(emit(EVERYDAY, "fastapi", ("auth", "container")))["services"]["app"]["environment"]

    assert given["OIDC_AUDIENCE"] == "${OIDC_AUDIENCE?see the README}", "which may be empty"
    assert given["OIDC_CLIENTS_WITHOUT_AUDIENCE"] == "${OIDC_CLIENTS_WITHOUT_AUDIENCE:-}"


def test_every_server_is_published_on_this_machine_at_a_port_of_its_own() -> None:
    services = compose_of(emit(EVERYDAY, "fastapi", ("database", "cache", "jobs", "container")))["services"]

    assert {name: services[name]["ports"] for name in ("postgres", "redis", "jobs-redis")} == {
        "postgres": ["127.0.0.1:${POSTGRES_PORT:-5432}:5432"],
        "redis": ["127.0.0.1:${REDIS_PORT:-6379}:6379"],
        "jobs-redis": ["127.0.0.1:${JOBS_REDIS_PORT:-6380}:6379"],
    }


def test_the_migration_is_told_of_the_database_alone() -> None:
    services = compose_of(emit(EVERYDAY, "fastapi", tuple(choice.name for choice in catalogue().addons)))["services"]
    waits = {"postgres": {"condition": "service_healthy"}}

    assert services["migrate"]["environment"].keys() == {"DATABASE_URL"}
    assert services["migrate"]["depends_on"] == waits
    assert services["app"]["depends_on"].items() >= {**waits, "migrate": FINISHED}.items()


def test_every_container_of_the_image_is_confined() -> None:
    services = compose_of(emit(EVERYDAY, "fastapi", ("database", "cache", "container")))["services"]

    for service in (service for service in services.values() if "build" in service):
        assert service["read_only"] is service["init"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - of the container
        assert "user" not in service, "the image's own"
    assert all(service["security_opt"] == ["no-new-privileges:true"] for service in services.values())


def test_compose_waits_until_requests_in_flight_are_answered() -> None:
    files = texts(emit(EVERYDAY, "fastapi", ("container",)))
    seconds = {
        name: float(value) for name, value in re.findall(r"(DRAIN|SHUTDOWN)_SECONDS=(\S+)", files[".env.example"])
    }
    grace = yaml.safe_load(files["compose.yaml"])["services"]["app"]["stop_grace_period"]

    assert seconds.keys() == {"DRAIN", "SHUTDOWN"}
    assert float(grace.removesuffix("s")) > sum(seconds.values())


def test_a_server_that_answers_with_an_error_is_not_ready() -> None:
    namespaces_or_skip()
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server is installed")
    ready = compose_of(emit(EVERYDAY, "fastapi", ("cache", "container")))["services"]["redis"]["healthcheck"]["test"][1]

    assert [asked_of_redis(ready, password) for password in ("", "secret")] == [True, False]


def asked_of_redis(ready: str, password: str) -> bool:
    """Ask a Redis of its own, in a network of its own, once it takes connections; without the password it may need."""
    script = f"""
        ip link set lo up
        redis-server --port 6379 --save '' --requirepass '{password}' >/dev/null &
        until (exec 3<>/dev/tcp/127.0.0.1/6379) 2>/dev/null; do kill -0 $!; sleep 0.02; done
        {ready} && code=0 || code=$?
        kill $! && wait $!
        exit $code"""
    command = ["unshare", "--net", "bash", "-euc", script]
    return subprocess.run(command, check=False, capture_output=True, timeout=30).returncode == 0

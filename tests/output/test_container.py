"""What ships: the files pass their linters, and the image's steps give a process that serves and ends as it should."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from scaffold.disk.writing import write
from scaffold.plan import PlannedFile
from tests.interpreter import python_or_skip
from tests.output.built import SQL, port_said
from tests.output.emissions import (
    EVERYDAY,
    Addons,
    catalogue,
    emit,
    label,
    put_down,
    telling_backends,
    texts,
    with_names,
)
from tests.output.images import Stage, build, namespaces_or_skip
from tests.output.test_presets import ORDER, ask
from tests.services import postgres_or_skip
from tests.umask import umask

BIN = Path(sys.executable).parent
WHOSE_DEFAULT_IS_FINE = {"BILLING_CLIENT_SECRET", "FETCH_ALLOW", "OIDC_SCOPES", "RELOAD"}
FINISHED = {"condition": "service_completed_successfully"}
COMPILED = (
    "import os, orders_api.bootstrap as module, uvicorn as other; [os.stat(m.__cached__) for m in (module, other)]"
)
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

    asked = set(re.findall(r"\$\{(\w+):\?", files["compose.yaml"]))
    assert set(re.findall(r"^- `([A-Z_]+)`$", section, re.MULTILINE)) == asked
    assert ("POSTGRES_PASSWORD" in asked) is ("database" in catalogue().with_required(framework, addons))
    # Nothing is taken from the environment in silence, for unset it would be empty.
    assert set(re.findall(r"\$\{?(\w+)(?!\w*:-)", files["compose.yaml"])) == asked


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


def test_nothing_is_sent_to_the_engine_but_what_is_copied(tmp_path: Path) -> None:
    root = put_down(emit(EVERYDAY, "fastapi", ("database", "auth", "container")), tmp_path)
    let_in = {line[1:] for line in (root / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    dockerfile = (root / "Dockerfile").read_text()
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile, re.MULTILINE) for word in line.split()
    }

    assert let_in == copied == {"pyproject.toml", "uv.lock", "README.md", "src", "migrations"}

    for decoy in (".env", ".git/config", "tests/x.py", "local_issuer/key.pem", "src/orders_api/__pycache__/x.pyc"):
        (root / decoy).parent.mkdir(parents=True, exist_ok=True)
        _ = (root / decoy).write_text("decoy")
    paths = sent(root)
    assert {"pyproject.toml", "src/orders_api/__main__.py", "migrations/env.py"} <= paths
    assert {path for path in paths if (root / path).read_text() == "decoy"} == set()
    assert {path.partition("/")[0] for path in paths} == let_in - {"uv.lock"}, "which is not made yet"


def sent(root: Path) -> set[str]:
    """Return the files that an engine is sent: of the lines that fit a path or a folder above it, the last decides."""
    rules = [line for line in (root / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    paths = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    return {path.as_posix() for path in paths if not ignored(path, rules)}


def ignored(path: Path, rules: list[str]) -> bool:
    places = [place for place in (path, *path.parents) if place.name]
    fitting = [rule for rule in rules if any(fits(place, rule.removeprefix("!")) for place in places)]
    return bool(fitting) and not fitting[-1].startswith("!")


def fits(place: Path, rule: str) -> bool:
    anywhere = rule.startswith("**/")
    return fnmatchcase(place.name if anywhere else place.as_posix(), rule.removeprefix("**/")) and (
        anywhere or len(place.parts) == len(Path(rule).parts)
    )


@contextmanager
def unhealthy() -> Generator[int]:
    """Answer whatever is asked with 501."""
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        Thread(target=server.handle_request, daemon=True).start()
        yield server.server_port


@contextmanager
def running(image: Stage, **given: str) -> Generator[tuple[subprocess.Popen[str], int]]:
    """Run what the image runs, until the block ends."""
    environment = {"PORT": "0", "HOST": "127.0.0.1", "DRAIN_SECONDS": "0", **given}
    command = image.started(image.command, environment)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, port_said(process.stdout)
        finally:
            process.kill()


def within(image: Stage, *command: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Run another command as the image would."""
    return subprocess.run(image.started(command, given), check=False, capture_output=True, text=True)


def image_of(folder: Path, *addons: str) -> Stage:
    """Build the image of a backend made by somebody whose files nobody else may read."""
    _ = python_or_skip()
    project = folder / "project"
    with umask(0o077):
        _ = write(emit(EVERYDAY, "fastapi", (*addons, "container")), project)
    _ = subprocess.run(["uv", "lock", "--quiet"], cwd=project, check=True)
    return build(project, folder)


def ended(process: subprocess.Popen[str], image: Stage) -> int:
    process.send_signal(signal.Signals[image.stop_signal])
    return process.wait(20)


def test_the_image_serves_from_a_tree_it_cannot_write_and_ends_when_told(tmp_path: Path) -> None:
    namespaces_or_skip()
    image = image_of(tmp_path)

    assert "Read-only" in within(image, "touch", "/app/x").stderr
    assert "Read-only" in within(image, "touch", "/usr/local/x").stderr
    assert within(image, "id", "-u").stdout == "10001\n"
    assert {within(image, tool, "--version").returncode for tool in ("uv", "pytest", "ruff")} == {127}
    assert within(image, "python", "-c", COMPILED).returncode == 0
    assert image.environment["HOST"] == "0.0.0.0"  # noqa: S104 - of the container
    with running(image) as (process, port):
        assert ask(port, "GET", "/readyz")["status"] == "ready"
        assert ask(port, "POST", "/orders", ORDER)["total"] == "12.5000"
        proxy = "http://127.0.0.1:1"
        assert within(image, *image.health, PORT=str(port), http_proxy=proxy).returncode == 0
        assert ended(process, image) == 0
    assert within(image, *image.health, PORT=str(port)).returncode == 1
    with unhealthy() as port:
        assert within(image, *image.health, PORT=str(port)).returncode == 1


@pytest.mark.presets
def test_migrations_are_a_command_of_their_own_in_the_same_image(tmp_path: Path) -> None:
    namespaces_or_skip()
    server = postgres_or_skip()
    image = image_of(tmp_path, "database")
    migrate = compose_of(emit(EVERYDAY, "fastapi", ("database", "container")))["services"]["migrate"]["command"]
    name = f"test_image_{os.getpid()}"
    url = re.sub(r"/[^/]*$", f"/{name}", server)
    assert within(image, "python", "-c", SQL, server, f"CREATE DATABASE {name}").returncode == 0
    try:
        refused = within(image, *image.command)
        assert refused.returncode != 0
        assert "DATABASE_URL: got nothing" in refused.stderr, "it is production"
        migrated = within(image, *migrate, DATABASE_URL=url)
        assert migrated.returncode == 0, migrated.stderr
        with running(image, DATABASE_URL=url) as (process, port):
            assert ask(port, "GET", "/readyz")["checks"] == {"database": "ok"}
            assert ask(port, "POST", "/orders", ORDER)["total"] == "12.5000"
            assert ended(process, image) == 0
    finally:
        dropped = within(image, "python", "-c", SQL, server, f"DROP DATABASE {name} WITH (FORCE)")
    assert dropped.returncode == 0, dropped.stderr


@pytest.mark.parametrize(("required", "ending"), [("", pytest.skip.Exception), ("required", pytest.fail.Exception)])
def test_without_the_python_of_the_image_its_tests_are_skipped_with_the_reason_unless_they_are_required(
    monkeypatch: pytest.MonkeyPatch, required: str, ending: type[BaseException]
) -> None:
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    monkeypatch.setenv("TEST_IMAGES", required)

    with pytest.raises(ending, match=r"uv has no Python 3\.99 and cannot get one"):
        _ = python_or_skip("3.99")

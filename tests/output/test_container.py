"""The image: what is sent to the engine, and that its steps give a process that serves and ends as it should."""

import os
import re
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from scaffold.disk.writing import write
from tests.interpreter import python_or_skip
from tests.output.built import SQL, port_said
from tests.output.emissions import emit, put_down
from tests.output.images import Stage, build, namespaces_or_skip
from tests.output.namings import EVERYDAY
from tests.output.test_compose import compose_of
from tests.output.test_presets import ORDER, ask
from tests.services import postgres_or_skip
from tests.umask import umask

COMPILED = (
    "import os, orders_api.bootstrap as module, uvicorn as other; [os.stat(m.__cached__) for m in (module, other)]"
)


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

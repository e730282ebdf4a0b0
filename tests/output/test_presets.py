"""The presets, really built: emitted by the command, installed, checked by every gate, started and stopped."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from scaffold.features.catalogue import SKILL_ROOT
from tests.output.built import Built, build, database, serving
from tests.services import postgres_or_skip

RESOURCE = "order: customer_id:uuid, total:decimal, note:str?"
ORDER = {"customer_id": "5b9d8c3e-0d3f-4a57-9c8e-2f1f6a6f0a11", "total": "12.5"}
PICTURE = """
import sys
from fastapi import FastAPI, Response
from starlette.testclient import TestClient
from tests.fixtures.documented import compare_with_openapi

app = FastAPI()

@app.get("/{kind}/{status}", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}})
def picture(kind: str, status: int) -> Response:
    return Response(b"a picture", status, media_type=f"image/{kind}")

client = TestClient(app)
compare_with_openapi(client)
client.get(sys.argv[1])
"""
GATES = ["sync", "format", "lint", "types", "boundaries", "tests", "migrations", "boot"]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("preset") / "orders-api", "--resource", RESOURCE)


@pytest.fixture(scope="module")
def with_database(tmp_path_factory: pytest.TempPathFactory) -> Built:
    # A parent that does not exist yet, as in a fresh workspace.
    return build(
        tmp_path_factory.mktemp("preset") / "not" / "there" / "orders-api", "--resource", RESOURCE, "--with", "database"
    )


def statuses(built: Built) -> dict[str, str]:
    return {gate["name"]: gate["status"] for gate in built.outcome["verification"]["gates"]}


def test_bare_passes_every_gate_that_applies(bare: Built) -> None:
    assert statuses(bare) == {gate: "not-applicable" if gate == "migrations" else "green" for gate in GATES}
    assert bare.outcome["verification"]["skipped_tests"] == []
    assert bare.outcome["locked"]


def test_with_a_database_every_gate_passes(with_database: Built) -> None:
    assert statuses(with_database) == dict.fromkeys(GATES, "green")


def test_with_a_database_nothing_is_skipped_where_there_is_a_postgresql(with_database: Built) -> None:
    _ = postgres_or_skip()

    assert with_database.outcome["verification"]["skipped_tests"] == []


def test_what_was_built_is_one_commit_with_its_lock_or_says_why_not(with_database: Built) -> None:
    repository = with_database.outcome["repository"]
    git = ["git", "-C", str(with_database.root)]

    tracked = subprocess.run([*git, "ls-files"], capture_output=True, text=True, check=True).stdout.splitlines()
    status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True).stdout
    assert "uv.lock" in tracked
    assert not [path for path in tracked if ".venv" in path or "__pycache__" in path or path.endswith(".sqlite3")]
    assert repository["kind"] == "committed" or "staged" in repository["note"]
    assert (status == "") is (repository["kind"] == "committed")


def test_bootstrapping_again_changes_nothing(with_database: Built) -> None:
    command = [sys.executable, SKILL_ROOT / "scripts/bootstrap.py", "orders-api", "--into", with_database.root]
    finished = subprocess.run(
        [*command, "--with", "database", "--resource", RESOURCE, "--json"], capture_output=True, text=True, check=True
    )

    assert {file["state"] for file in json.loads(finished.stdout)["files"]} == {"unchanged"}


def test_the_same_code_and_migrations_serve_from_postgresql_in_production(with_database: Built) -> None:
    server = postgres_or_skip()
    with database(with_database, server) as url:
        for step in (["upgrade", "head"], ["downgrade", "base"], ["upgrade", "head"], ["check"]):
            migrated = with_database.run("alembic", *step, DATABASE_URL=url)
            assert migrated.returncode == 0, migrated.stderr
        with serving(with_database.root, DATABASE_URL=url, APP_ENV="production") as (process, port):
            created = ask(port, "POST", "/orders", ORDER)
            assert created["total"] == "12.5000"
            assert ask(port, "GET", f"/orders/{created['id']}") == created
            assert ask(port, "GET", "/readyz")["checks"] == {"database": "ok"}
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0


def hostile(root: Path) -> dict[str, str]:
    """Write a .env that nothing can run on, and give variables of a shell that are no better."""
    names = re.findall(r"^# ([A-Z][A-Z0-9_]*)=", (root / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    settings = {**dict.fromkeys(names, "hostile"), "APP_ENV": "production"}
    text = "".join(f"{name}={value}\n" for name, value in settings.items())
    _ = (root / ".env").write_text(text, encoding="utf-8")
    return settings


def test_what_a_developer_has_set_changes_no_test_and_no_gate(bare: Built) -> None:
    settings = hostile(bare.root)
    try:
        tested = bare.run("pytest", "-q", **settings)
        verify = [sys.executable, SKILL_ROOT / "scripts/verify.py", bare.root, "--only", "tests,boot"]
        verified = subprocess.run(
            verify, env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=120
        )
    finally:
        (bare.root / ".env").unlink()

    assert tested.returncode == 0, tested.stdout
    assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize(("path", "documented"), [("/jpeg/200", True), ("/gif/200", False), ("/jpeg/201", False)])
def test_what_is_no_json_is_compared_with_the_document_too(bare: Built, path: str, *, documented: bool) -> None:
    compared = bare.run("python", "-c", PICTURE, path)

    assert (compared.returncode == 0) is documented, compared.stderr


def test_two_hundred_megabytes_sent_at_it_cost_it_no_memory(bare: Built) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    head = b"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    with (
        serving(bare.root, APP_ENV="production") as (process, port),
        socket.create_connection(("127.0.0.1", port), timeout=30) as connection,
    ):
        before = resident_kilobytes(process.pid)
        connection.sendall(head)
        for _ in range(200 * 16):
            connection.sendall(chunk)
        answer = connection.recv(65536)
        after = resident_kilobytes(process.pid)

    assert b"413" in answer.split(b"\r\n", 1)[0]
    assert after - before < 20_000


def test_silent_connections_up_to_the_descriptor_limit_are_closed_and_logged(bare: Built) -> None:
    limited = ("sh", "-c", 'ulimit -n 256; exec "$@"', "sh")
    with serving(bare.root, *limited, APP_ENV="production", MAX_CONNECTIONS="1000") as (process, port):
        assert process.stdout is not None
        silent = [socket.create_connection(("127.0.0.1", port), timeout=15) for _ in range(300)]
        assert silent[-1].recv(1) == b"", "closed"
        reached = next(line for line in process.stdout if "connection limit" in line)
        for connection in silent:
            with suppress(OSError), connection:
                connection.shutdown(socket.SHUT_WR)
                assert connection.recv(1) == b"", "the server has closed it as well"
        created = ask(port, "POST", "/orders", ORDER)

    assert "(156) reached" in reached
    assert created["total"] == "12.5000"


def test_keep_alive_is_as_long_as_its_setting(bare: Built) -> None:
    with (
        serving(bare.root, APP_ENV="production", KEEP_ALIVE_SECONDS="1") as (_, port),
        socket.create_connection(("127.0.0.1", port), timeout=15) as connection,
    ):
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 200")


def resident_kilobytes(pid: int) -> int:
    if not Path("/proc/self/status").exists():
        pytest.skip("memory is read from /proc, which this system does not have")
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])


def ask(port: int, method: str, path: str, document: object = None) -> dict[str, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        body = None if document is None else json.dumps(document)
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        assert response.status < 300, content
        return json.loads(content)
    finally:
        connection.close()

"""The gates with the real tools in a real environment, on a project small enough to write by hand."""

import json
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from scaffold.checking.gates import GATE_NAMES, run_gates
from scaffold.checking.results import GateStatus
from scaffold.errors import MachineError
from scaffold.record import CHECKS
from scaffold.record.record import checks_text
from tests.fake_project import DATABASE_SERVER, SCHEMA

VERIFY = Path(__file__).parents[2] / "scripts" / "verify.py"

FILES = {
    "pyproject.toml": """\
[project]
name = "tiny"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["alembic", "sqlalchemy", "starlette", "uvicorn"]

[dependency-groups]
dev = ["basedpyright", "import-linter", "poethepoet", "pytest", "ruff"]

[build-system]
requires = ["uv_build>=0.8"]
build-backend = "uv_build"

[tool.alembic]
script_location = "migrations"

[tool.basedpyright]
include = ["src"]

[tool.importlinter]
root_package = "tiny"

[[tool.importlinter.contracts]]
name = "Layers point inwards"
type = "layers"
containers = ["tiny"]
layers = ["__main__", "tables"]

[tool.pytest]
strict = true
testpaths = ["tests"]

[tool.ruff]
line-length = 120
""",
    CHECKS: checks_text({"schema": SCHEMA}),
    "throwaway.py": f'"""A database to throw away."""\n\n{DATABASE_SERVER}',
    "src/tiny/__init__.py": '"""Tiny."""\n',
    "src/tiny/tables.py": '''\
"""What is stored."""

import sqlalchemy as sa

metadata = sa.MetaData()
orders = sa.Table("orders", metadata, sa.Column("id", sa.Integer, primary_key=True))
''',
    "src/tiny/__main__.py": '''\
"""Serve."""

import os
import signal
import sys
from types import FrameType

import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tiny import tables

engine = sa.create_engine(os.environ["DATABASE_URL"])


def healthz(_request: Request) -> JSONResponse:
    return JSONResponse({})


def readyz(_request: Request) -> JSONResponse:
    with engine.connect() as connection:
        _ = connection.execute(sa.select(tables.orders.c.id))
    return JSONResponse({})


def missing(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"status": 404}, 404, media_type="application/problem+json")


def stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


app = Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz)], exception_handlers={404: missing})
_ = signal.signal(signal.SIGTERM, stop)  # uvicorn passes the signal on once it has shut down
uvicorn.run(app, host=os.environ["HOST"], port=int(os.environ["PORT"]))
''',
    "migrations/script.py.mako": "",
    "migrations/env.py": '''\
"""Where migrations run."""

import os

import sqlalchemy as sa
from alembic import context

from tiny.tables import metadata

with sa.create_engine(os.environ["DATABASE_URL"]).connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
''',
    "migrations/versions/one.py": '''\
"""Create orders."""

import sqlalchemy as sa
from alembic import op

revision = "one"
down_revision = None


def upgrade() -> None:
    """Go forward."""
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    """Go back."""
    op.drop_table("orders")
''',
    "tests/test_tiny.py": '''\
"""Tests."""

from http.server import HTTPServer, SimpleHTTPRequestHandler
from threading import Thread
from urllib.request import urlopen

import pytest


def test_sum() -> None:
    """It runs."""
    assert sum([1, 2]) == 3


def test_loopback() -> None:
    """A server on this machine is reached."""
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        Thread(target=server.handle_request).start()
        assert urlopen(f"http://127.0.0.1:{server.server_port}").status == 200


@pytest.mark.skip(reason="no PostgreSQL found")
def test_on_postgresql() -> None:
    """It is left out."""
''',
}

# What breaks one gate and no other: a file, the text that goes and the text that comes, and a word of what is shown.
BREAKAGES = {
    "sync": ("pyproject.toml", '"uvicorn"', '"uvicorn", "anyio"', "uv lock"),
    "format": ("src/tiny/__init__.py", "\n", "\n\n\n\n\n", "src/tiny/__init__.py"),
    "lint": ("src/tiny/tables.py", "import sqlalchemy", "import os\n\nimport sqlalchemy", "F401"),
    "types": ("src/tiny/tables.py", "sa.MetaData()\n", 'sa.MetaData()\ncount: int = "three"\n', "src/tiny/tables.py:"),
    "boundaries": ("src/tiny/tables.py", "import sqlalchemy", "import tiny.__main__\nimport sqlalchemy", "BROKEN"),
    "tests": ("tests/test_tiny.py", "== 3", "== 4", "FAILED tests/test_tiny.py::test_sum"),
    "migrations": ("src/tiny/tables.py", "primary_key=True)", 'primary_key=True), sa.Column("x")', "add_column"),
    "boot": ("src/tiny/__main__.py", "engine = ", "raise SystemExit('no settings')\nengine = ", "no settings"),
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    root = tmp_path_factory.mktemp("real") / "tiny"
    for name, content in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    try:
        synced = run_gates(root, ["sync"])
    except MachineError as error:
        pytest.skip(f"real gates not run: {error}")
    if synced.lacks:
        pytest.skip(f"real gates not run: {synced.lacks[0].message}")
    assert synced.green, synced
    yield root
    shutil.rmtree(root / ".venv")  # thousands of files that pytest would keep for its next three runs


@pytest.fixture
def broken(tiny: Path, request: pytest.FixtureRequest) -> Generator[tuple[Path, str, str]]:
    gate = str(request.param)
    name, before, after, shown = BREAKAGES[gate]
    content = (tiny / name).read_text()
    assert before in content
    (tiny / name).write_text(content.replace(before, after, 1))
    yield tiny, gate, shown
    (tiny / name).write_text(content)


def test_a_real_project_is_green_at_every_gate_says_what_its_tests_left_out_and_is_not_changed(tiny: Path) -> None:
    before = {name: (tiny / name).read_bytes() for name in (*FILES, "uv.lock")}

    answer = subprocess.run(
        [sys.executable, str(VERIFY), str(tiny), "--json"], check=False, capture_output=True, text=True
    )

    made = json.loads(answer.stdout)
    assert [(gate["name"], gate["status"], gate["lines"]) for gate in made["gates"]] == [
        (name, "green", []) for name in GATE_NAMES
    ]
    assert made["skipped_tests"] == [{"count": 1, "reason": "no PostgreSQL found"}]
    assert (answer.returncode, answer.stderr) == (0, "")
    assert {name: (tiny / name).read_bytes() for name in before} == before
    assert list(tiny.rglob("*.db")) == []


@pytest.mark.parametrize("broken", BREAKAGES, indirect=True)
def test_what_breaks_a_gate_turns_it_red_and_is_shown(broken: tuple[Path, str, str]) -> None:
    root, gate, shown = broken

    (result,) = run_gates(root, [gate]).gates

    assert result.status is GateStatus.RED
    assert any(shown in line for line in (result.note, *result.lines)), result


@pytest.mark.parametrize(
    "callers",
    [
        {"UV_SYSTEM_PYTHON": "1"},
        {"UV_NO_DEV": "1"},
        {"UV_PROJECT_ENVIRONMENT": "elsewhere", "UV_PYTHON": "3.11", "UV_NO_CONFIG": "1"},
        {"UV_WORKING_DIR": "/", "UV_PROJECT": "/"},
        {"UV_EXCLUDE_NEWER": "2024-01-01", "UV_RESOLUTION": "lowest", "UV_NO_BUILD": "1"},
        {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "ALL_PROXY": "socks5://127.0.0.1:9"},
    ],
    ids=" ".join,
)
def test_nothing_that_a_caller_has_set_for_uv_or_as_a_proxy_turns_a_gate_red(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, callers: dict[str, str]
) -> None:
    for name, value in callers.items():
        monkeypatch.setenv(name, value)

    verification = run_gates(tiny, ["sync", "format", "tests"])

    assert verification.green, verification
    assert callers.keys() <= set(verification.set_aside)
    assert not (tiny / "elsewhere").exists()


def test_every_gate_has_something_that_breaks_it() -> None:
    assert tuple(BREAKAGES) == GATE_NAMES

"""No job is lost while workers, Redis and the service are killed again and again."""

import contextlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scaffold.checking.tools import find_uv
from scaffold.features.catalogue import SKILL_ROOT
from tests.benchmarks.servers import free_port
from tests.interpreter import python_or_skip
from tests.output.test_presets import ORDER, RESOURCE, SQL
from tests.services import postgres_or_skip

JOBS = 200
CHAOS_SECONDS = 45
SETTLING_SECONDS = 60
LOST = """
import sys, psycopg
with psycopg.connect(sys.argv[1]) as connection:
    for statement in (
        "select count(*) from orders",
        "select count(*) from orders o where not exists (select from audit_entries a where a.subject = o.id)",
        "select count(*) - count(distinct subject) from audit_entries",
        "select count(*) from outbox",
    ):
        print(connection.execute(statement).fetchone()[0])
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """What the database says: orders kept, those without their entry, entries too many, jobs not relayed."""

    orders: int
    lost: int
    twice: int
    waiting: int


@dataclass(slots=True)
class Scene:
    """A service, two workers and a Redis, each started again whenever it has been killed."""

    root: Path
    settings: Mapping[str, str]
    redis: list[str]
    port: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)

    def start(self, name: str) -> None:
        python = str(self.root / ".venv/bin/python")
        service = [python, "-m", "orders_api"]
        commands = {"redis": self.redis, "service": service}
        command = commands.get(name, [python, "-m", "orders_api.worker"])
        environment = {**os.environ, **self.settings}
        with (self.root / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(command, cwd=self.root, env=environment, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        self.running[name].kill()
        self.running[name].wait()
        self.kills[name] = self.kills.get(name, 0) + 1

    def end(self) -> None:
        for process in self.running.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()

    def tally(self) -> Tally:
        command = [self.root / ".venv/bin/python", "-c", LOST, self.settings["DATABASE_URL"]]
        finished = subprocess.run(command, capture_output=True, text=True, check=True)
        return Tally(*map(int, finished.stdout.split()))


@pytest.fixture
def backend(tmp_path: Path) -> Path:
    _ = python_or_skip()
    root = tmp_path / "orders-api"
    bootstrap = [sys.executable, str(SKILL_ROOT / "scripts/bootstrap.py"), "orders-api", "--into", str(root)]
    for command in (
        [*bootstrap, "--with", "database,jobs", "--resource", RESOURCE],
        [find_uv(tmp_path), "--quiet", "sync", "--project", str(root)],
    ):
        _ = subprocess.run(command, check=True, capture_output=True)
    return root


@pytest.fixture
def database(backend: Path) -> Generator[str]:
    server = postgres_or_skip()
    name = f"test_survive_{os.getpid()}"
    python = backend / ".venv/bin/python"
    url = re.sub(r"/[^/]*$", f"/{name}", server)
    _ = subprocess.run([python, "-c", SQL, server, f"CREATE DATABASE {name}"], check=True)
    try:
        migrate = [backend / ".venv/bin/alembic", "upgrade", "head"]
        _ = subprocess.run(migrate, cwd=backend, env={**os.environ, "DATABASE_URL": url}, check=True)
        yield url
    finally:
        _ = subprocess.run([python, "-c", SQL, server, f"DROP DATABASE {name} WITH (FORCE)"], check=True)


@pytest.fixture
def scene(backend: Path, database: str, tmp_path: Path) -> Generator[Scene]:
    redis_server = shutil.which("redis-server")
    if redis_server is None:
        reason = "no redis-server is installed; this test starts, kills and freezes one of its own"
        if "TEST_REDIS_URL" in os.environ:
            pytest.fail(reason)
        pytest.skip(f"{reason}; TEST_REDIS_URL makes this a failure")
    redis_port, port = free_port(), free_port()
    redis = [redis_server, "--port", str(redis_port), "--bind", "127.0.0.1", "--dir", str(tmp_path)]
    settings = {
        "DATABASE_URL": database,
        "DRAIN_SECONDS": "0",
        "JOBS_BACKOFF": "0.5",
        "JOBS_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "PORT": str(port),
    }
    scene = Scene(backend, settings, [*redis, "--appendonly", "yes", "--save", ""], port)
    try:
        for name in ("redis", "worker-1", "worker-2", "service"):
            scene.start(name)
        yield scene
    finally:
        scene.end()


def place(port: int) -> bool:
    """Tell whether an order was certainly kept."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection):
        try:
            connection.request("POST", "/orders", json.dumps(ORDER), {"Content-Type": "application/json"})
            return connection.getresponse().status == http.HTTPStatus.CREATED
        except (OSError, http.client.HTTPException):
            return False


def wreck(scene: Scene, chance: random.Random, ends: float) -> None:
    """Kill one thing after the other, each once at least, and start it again at once or a little later."""
    first = iter(("worker-1", "redis", "service", "worker-2"))
    while time.monotonic() < ends:
        time.sleep(chance.uniform(0.5, 2.0))
        name = next(first, None) or chance.choice(["worker-1", "worker-2", "worker-1", "worker-2", "redis", "service"])
        if name == "redis" and name in scene.kills and chance.random() < 0.5:
            scene.running[name].send_signal(signal.SIGSTOP)
            time.sleep(chance.uniform(1.0, 3.0))
            scene.running[name].send_signal(signal.SIGCONT)
            scene.kills["redis frozen"] = scene.kills.get("redis frozen", 0) + 1
        else:
            scene.kill(name)
            time.sleep(chance.uniform(0.0, 2.0))
            scene.start(name)


@pytest.mark.presets
def test_of_two_hundred_jobs_none_is_lost_and_none_done_twice(scene: Scene) -> None:
    deadline = time.monotonic() + 60
    while not place(scene.port):
        assert time.monotonic() < deadline, (scene.root / "service.log").read_text()
        time.sleep(0.1)
    chance = random.Random(7)  # noqa: S311 - the same wreckage every time
    wrecking = threading.Thread(target=wreck, args=(scene, chance, time.monotonic() + CHAOS_SECONDS))
    wrecking.start()
    kept = 1
    while wrecking.is_alive() or kept < JOBS:
        kept += place(scene.port)
        time.sleep(CHAOS_SECONDS / JOBS / 2 if wrecking.is_alive() else 0)
    wrecking.join()

    deadline = time.monotonic() + SETTLING_SECONDS
    # A relay that was killed once the queue had a job leaves it in the outbox, claimed for a while.
    while ((tally := scene.tally()).lost or tally.waiting) and time.monotonic() < deadline:
        time.sleep(0.5)

    assert tally.orders >= kept >= JOBS
    assert (tally.lost, tally.twice, tally.waiting) == (0, 0, 0), scene.kills
    assert {"worker-1", "worker-2", "redis", "service"} <= scene.kills.keys()

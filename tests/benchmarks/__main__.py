"""Measures every figure, prints one table, and ends with 1 when a bar is missed."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.bearer import bearing_a_token
from tests.benchmarks.cached import cached_reads
from tests.benchmarks.figures import (
    Backend,
    Figure,
    created,
    emitted,
    files,
    pair,
    start_of_the_script,
    starts,
    throughput,
    verification,
)
from tests.benchmarks.sizes import EVERYTHING, sizes
from tests.services import LOCAL_POSTGRES

ORDER_BY_HAND = "/orders/00000000-0000-0000-0000-000000000001"
_EXECUTE = """
import sys, psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    connection.execute(sys.argv[2])
"""


def main() -> int:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        figures = [*_shown(_figures(Path(folder)))]
    return 0 if all(figure.reached for figure in figures) else 1


def _figures(folder: Path) -> Iterator[Figure]:
    yield start_of_the_script()
    bare = emitted(folder / "bare")
    with pair(bare.command(), bare.by_hand("health"), bare.root) as (ours, theirs):
        yield throughput("/healthz against bare FastAPI", 1.0, ours, theirs, ("/healthz", "/healthz"))
    with pair(bare.command(), bare.by_hand("by_id"), bare.root) as (ours, theirs):
        paths = created(ours), ORDER_BY_HAND
        yield throughput("resource GET against a bare handler", 0.5, ours, theirs, paths)
    _install(bare, "asgi-correlation-id", "python-json-logger")
    with pair(bare.command(), bare.by_hand("features"), bare.root) as (ours, theirs):
        paths = created(ours), ORDER_BY_HAND
        yield throughput("resource GET against the same by hand", 1.1, ours, theirs, paths)
    thin = emitted(folder / "thin", "--framework", "starlette")
    with pair(thin.command(), bare.command(), bare.root) as (ours, theirs):
        yield throughput("Starlette's GET against FastAPI's", 1.5, ours, theirs, (created(ours), created(theirs)))
    yield bearing_a_token(emitted(folder / "auth", "--with", "auth"), bare)
    yield from starts(bare)
    yield files(bare)
    yield from sizes(folder)
    yield verification("verify.py on bare, seconds", 25, bare)
    yield verification("verify.py on everything, seconds", 120, emitted(folder / "all", "--with", EVERYTHING))
    yield _by_django(emitted(folder / "django", "--framework", "django"))
    yield from _on_postgresql(
        emitted(folder / "database", "--with", "database"), emitted(folder / "cache", "--with", "database,cache")
    )


def _on_postgresql(backend: Backend, with_cache: Backend) -> Iterator[Figure]:
    server = os.environ.get("TEST_DATABASE_URL", LOCAL_POSTGRES)
    with _throw_away(backend, server) as url:
        _run(backend, "alembic", "upgrade", "head", DATABASE_URL=url)
        with pair(backend.command(), backend.by_hand("database"), backend.root, DATABASE_URL=url) as (ours, theirs):
            path = created(ours)
            yield throughput("resource GET on PostgreSQL", 0.9, ours, theirs, (path, path))
        yield from cached_reads(with_cache, backend, url)


def _by_django(backend: Backend) -> Figure:
    """Compare with one view and the middleware of `django-admin startproject`, both on granian with 16 threads."""
    server = os.environ.get("TEST_DATABASE_URL", LOCAL_POSTGRES)
    settings = {"SECRET_KEY": "k3y-" * 13, "ALLOWED_HOSTS": "127.0.0.1", "HTTPS_ONLY": "false"}
    with _throw_away(backend, server) as url:
        _run(backend, "python", "manage.py", "migrate", DATABASE_URL=url)
        by_hand = [backend.python(), "django_view.py"]
        with pair(backend.command(), by_hand, backend.root, DATABASE_URL=url, **settings) as (ours, theirs):
            path = created(ours)
            return throughput("Django GET against a plain view", 0.8, ours, theirs, (path, path))


@contextmanager
def _throw_away(backend: Backend, server: str) -> Generator[str]:
    name = f"bench_{os.getpid()}"
    _run(backend, "python", "-c", _EXECUTE, server, f"CREATE DATABASE {name}")
    try:
        yield re.sub(r"/[^/]*$", f"/{name}", server)
    finally:
        _run(backend, "python", "-c", _EXECUTE, server, f"DROP DATABASE {name} WITH (FORCE)")


def _install(backend: Backend, *packages: str) -> None:
    """Add what an application to compare with needs."""
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", backend.python(), *packages], check=True)


def _run(backend: Backend, tool: str, *arguments: str, **settings: str) -> None:
    command = [str(backend.root / ".venv/bin" / tool), *arguments]
    _ = subprocess.run(command, cwd=backend.root, env={**os.environ, **settings}, check=True, capture_output=True)


def _shown(figures: Iterator[Figure]) -> Iterator[Figure]:
    for figure in figures:
        bound = f"{'≥' if figure.at_least else '≤'} {figure.bar:g}"
        low, high = figure.spread
        verdict = "" if figure.reached else "  MISSED"
        print(f"{figure.name:<38} {bound:<7} {figure.measured:8.2f}   {low:.2f} to {high:.2f}{verdict}", flush=True)
        yield figure


if __name__ == "__main__":
    sys.exit(main())

"""A read from the cache, on Redis, against the same read from PostgreSQL."""

import os
import statistics
from collections.abc import Iterator
from contextlib import ExitStack

from tests.benchmarks.figures import REQUESTS, ROUNDS, Backend, Figure, created
from tests.benchmarks.load import ask
from tests.benchmarks.servers import Server, serving

LOCAL_REDIS = "redis://127.0.0.1:6379/0"


def cached_reads(with_cache: Backend, without: Backend, database: str) -> Iterator[Figure]:
    """Serve the same backend with the add-on and without it, both on one database."""
    settings = {"APP_ENV": "production", "DATABASE_URL": database}
    redis = {"REDIS_URL": os.environ.get("TEST_REDIS_URL", LOCAL_REDIS)}
    with ExitStack() as stack:
        ours = stack.enter_context(serving(with_cache.command(), cwd=with_cache.root, settings=settings | redis))
        theirs = stack.enter_context(serving(without.command(), cwd=without.root, settings=settings))
        path = created(ours)
        rounds = [_spent(theirs, path) / _spent(ours, path) for _ in range(ROUNDS + 1)][1:]
        spread = (min(rounds), max(rounds))
        yield Figure("cached GET against PostgreSQL's", 1.5, statistics.median(rounds), spread, at_least=True)


def _spent(server: Server, path: str) -> float:
    """Ask one after the other: who asks at once for one key would share an answer of Redis, and flatter the cache."""
    before = server.cpu_seconds()
    ask(server.port, path, requests=REQUESTS, connections=1)
    return server.cpu_seconds() - before

"""A request with a token, against the same route without `auth` and what a check of the signature takes."""

import os
import statistics
import subprocess
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager

from tests.benchmarks.figures import HAND_WRITTEN, REQUESTS, ROUNDS, Backend, Figure, created
from tests.benchmarks.load import ask
from tests.benchmarks.servers import LOOPBACK, Server, clean_environment, free_port, serving


def bearing_a_token(guarded: Backend, bare: Backend) -> Iterator[Figure]:
    """Serve both in development: production wants an issuer with https."""
    with ExitStack() as stack:
        issuer = stack.enter_context(_issuing(guarded))
        ours = stack.enter_context(serving(guarded.command(), cwd=guarded.root, settings={"OIDC_ISSUER": issuer}))
        theirs = stack.enter_context(serving(bare.command(), cwd=bare.root, settings={}))
        token = _run(guarded, "-m", "local_issuer.token", issuer=issuer)
        paths = created(ours, token), created(theirs)
        rounds = [
            _spent(ours, paths[0], token) / (_spent(theirs, paths[1]) + REQUESTS * _one_check(guarded, token, issuer))
            for _ in range(ROUNDS + 1)
        ][1:]
        yield Figure("GET with a token against its parts", 1.15, statistics.median(rounds), (min(rounds), max(rounds)))


@contextmanager
def _issuing(backend: Backend) -> Generator[str]:
    url = f"http://{LOOPBACK}:{free_port()}"
    command = [backend.python(), "-m", "local_issuer"]
    environment = {**clean_environment(), "OIDC_ISSUER": url}
    with subprocess.Popen(command, cwd=backend.root, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        _ = process.stdout.readline()
        try:
            yield url
        finally:
            process.terminate()


def _one_check(backend: Backend, token: str, issuer: str) -> float:
    return float(_run(backend, str(HAND_WRITTEN / "signature.py"), token, str(REQUESTS), issuer, issuer=issuer))


def _run(backend: Backend, *arguments: str, issuer: str) -> str:
    finished = subprocess.run(
        [backend.python(), *arguments],
        cwd=backend.root,
        env={**os.environ, "OIDC_ISSUER": issuer},
        check=True,
        capture_output=True,
        text=True,
    )
    return finished.stdout.strip()


def _spent(server: Server, path: str, token: str = "") -> float:
    before = server.cpu_seconds()
    ask(server.port, path, requests=REQUESTS, token=token)
    return server.cpu_seconds() - before

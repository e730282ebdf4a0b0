"""A request with a token, against the same route without `auth` behind a check of the signature and nothing else.

The check is made in a serving process too: there it takes twice as long as in a loop that does nothing else, whose
code and tables stay in the processor's nearest caches.
"""

import statistics
import subprocess
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from tests.benchmarks.figures import ROUNDS, Backend, Figure, created, spent
from tests.benchmarks.servers import LOOPBACK, clean_environment, free_port, serving


def bearing_a_token(guarded: Backend, bare: Backend) -> Figure:
    """Serve both in development: production wants an issuer with https."""
    with ExitStack() as stack:
        issuer = stack.enter_context(_issuing(guarded))
        ours = stack.enter_context(serving(guarded.command(), cwd=guarded.root, settings=issuer))
        # The packages of the one with `auth`, and the code of the one without.
        checked = {**issuer, "PYTHONPATH": str(bare.root / "src")}
        theirs = stack.enter_context(serving(guarded.by_hand("signature"), cwd=bare.root, settings=checked))
        token = _token(guarded, issuer)
        paths = created(ours, token), created(theirs)
        rounds = [spent(ours, paths[0], token) / spent(theirs, paths[1], token) for _ in range(ROUNDS + 1)][1:]
        spread = (min(rounds), max(rounds))
        return Figure("GET with a token against its signature's check", 1.15, statistics.median(rounds), spread)


@contextmanager
def _issuing(backend: Backend) -> Generator[dict[str, str]]:
    """Run the issuer, and yield the setting that names it."""
    setting = {"OIDC_ISSUER": f"http://{LOOPBACK}:{free_port()}"}
    command = [backend.python(), "-m", "local_issuer"]
    environment = {**clean_environment(), **setting}
    with subprocess.Popen(command, cwd=backend.root, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        _ = process.stdout.readline()
        try:
            yield setting
        finally:
            process.terminate()


def _token(backend: Backend, issuer: dict[str, str]) -> str:
    finished = subprocess.run(
        [backend.python(), "-m", "local_issuer.token"],
        cwd=backend.root,
        env={**clean_environment(), **issuer},
        check=True,
        capture_output=True,
        text=True,
    )
    return finished.stdout.strip()

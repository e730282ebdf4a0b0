"""Readiness: whether everything that the service needs answers."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Lock

from {{ package }}.domain.errors import Unavailable

type Check = Callable[[], str]
"""Returns the state of a dependency in a few words, or raises when the service cannot work without it."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    ready: bool
    message: str


_TIMED_OUT = CheckResult(ready=False, message="does not answer")


@dataclass(slots=True)
class Readiness:
    """Runs all checks at once, for at most `wait_seconds`.

    Probes share a check that is under way, and it goes on when a probe stops waiting: nothing ends a thread.
    """

    checks: Mapping[str, Check]
    wait_seconds: float = 1.5
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(thread_name_prefix="readiness"))
    running: dict[str, Future[CheckResult]] = field(default_factory=dict[str, "Future[CheckResult]"])
    lock: Lock = field(default_factory=Lock)

    def check_all(self) -> Mapping[str, CheckResult]:
        with self.lock:
            started = {name: self._running(name, check) for name, check in self.checks.items()}
        wait(started.values(), self.wait_seconds)
        return {name: check.result() if check.done() else _TIMED_OUT for name, check in started.items()}

    def _running(self, name: str, check: Check) -> Future[CheckResult]:
        if name not in self.running or self.running[name].done():
            self.running[name] = self.threads.submit(_run, check)
        return self.running[name]


def _run(check: Check) -> CheckResult:
    try:
        return CheckResult(ready=True, message=check())
    except Exception as error:  # noqa: BLE001 - whatever it is, the dependency is not ready
        reason = error.reason if isinstance(error, Unavailable) else type(error).__name__
        return CheckResult(ready=False, message=reason)

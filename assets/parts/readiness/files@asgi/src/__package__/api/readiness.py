"""Readiness: whether everything that the service needs answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from {{ package }}.domain.errors import Unavailable

type Check = Callable[[], Awaitable[str]]
"""Returns the state of a dependency in a few words, or raises when the service cannot work without it."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    ready: bool
    message: str


_TIMED_OUT = CheckResult(ready=False, message="does not answer")


@dataclass(slots=True)
class Readiness:
    """Runs all checks at once, for at most `wait_seconds`.

    Probes share the task of a check, and it goes on when a probe stops waiting: not every driver reacts to being
    cancelled while its server hangs.
    """

    checks: Mapping[str, Check]
    wait_seconds: float = 1.5
    tasks: dict[str, asyncio.Task[CheckResult]] = field(default_factory=dict[str, "asyncio.Task[CheckResult]"])

    async def check_all(self) -> Mapping[str, CheckResult]:
        tasks = {name: self._running(name, check) for name, check in self.checks.items()}
        if tasks:
            await asyncio.wait(tasks.values(), timeout=self.wait_seconds)
        return {name: task.result() if task.done() else _TIMED_OUT for name, task in tasks.items()}

    def _running(self, name: str, check: Check) -> asyncio.Task[CheckResult]:
        if name not in self.tasks or self.tasks[name].done():
            self.tasks[name] = asyncio.create_task(_run(check))
        return self.tasks[name]
{% if slot("bootstrap.checks") %}

    def close(self) -> None:
        for task in self.tasks.values():
            task.cancel()
{% endif %}


async def _run(check: Check) -> CheckResult:
    try:
        return CheckResult(ready=True, message=await check())
    except Exception as error:  # noqa: BLE001 - whatever it is, the dependency is not ready
        reason = error.reason if isinstance(error, Unavailable) else type(error).__name__
        return CheckResult(ready=False, message=reason)

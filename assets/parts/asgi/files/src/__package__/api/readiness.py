"""Whether the service can do its work: what it needs answers, and it is not about to leave."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from {{ package }}.domain.errors import Unavailable

type Check = Callable[[], Awaitable[str]]
"""Says in a few words how a dependency is, or raises when the service cannot work without it as it is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How one dependency is, and whether the service can work with it so."""

    ready: bool
    says: str


_SILENT = Answer(ready=False, says="does not answer")


@dataclass(slots=True)
class Readiness:
    """Asks every dependency at once and answers in bounded time.

    A check runs in a task that all probes share and that goes on when a probe has given up waiting: a driver whose
    server hangs does not always let go when it is cancelled.
    """

    checks: Mapping[str, Check]
    wait_seconds: float = 1.5
    draining: bool = False
    running: dict[str, asyncio.Task[Answer]] = field(default_factory=dict[str, "asyncio.Task[Answer]"])

    async def answers(self) -> Mapping[str, Answer]:
        """Return how each dependency is, within `wait_seconds`."""
        for name, check in self.checks.items():
            if name not in self.running or self.running[name].done():
                self.running[name] = asyncio.create_task(_answer(check))
        if self.running:
            await asyncio.wait(self.running.values(), timeout=self.wait_seconds)
        return {name: task.result() if task.done() else _SILENT for name, task in self.running.items()}

    def close(self) -> None:
        """Stop the checks that still run."""
        for task in self.running.values():
            task.cancel()


async def _answer(check: Check) -> Answer:
    try:
        return Answer(ready=True, says=await check())
    except Exception as error:  # noqa: BLE001 - whatever it is, the dependency is not ready
        return Answer(ready=False, says=error.reason if isinstance(error, Unavailable) else type(error).__name__)

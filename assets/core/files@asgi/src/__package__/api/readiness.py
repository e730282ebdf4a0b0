"""Whether the service can do its work: a question about what it needs, not about the process."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from {{ package }}.domain.errors import Unavailable

type Check = Callable[[], Awaitable[None]]


class Readiness:
    """Asks every dependency at once and answers in bounded time.

    A check runs in a task that all probes share and that goes on when a probe has given up waiting: a driver whose
    server hangs does not always let go when it is cancelled.
    """

    def __init__(self, checks: Mapping[str, Check], wait_seconds: float = 1.5) -> None:
        self._checks: Mapping[str, Check] = checks
        self._wait_seconds: float = wait_seconds
        self._running: dict[str, asyncio.Task[str]] = {}
        self.draining: bool = False

    def drain(self) -> None:
        """Say from now on that the service is leaving."""
        self.draining = True

    async def failures(self) -> Mapping[str, str]:
        """Return why each dependency that fails does so, within `wait_seconds`."""
        tasks = {name: self._task(name, check) for name, check in self._checks.items()}
        if tasks:
            _ = await asyncio.wait(tasks.values(), timeout=self._wait_seconds)
        answers = {name: task.result() if task.done() else "does not answer" for name, task in tasks.items()}
        return {name: answer for name, answer in answers.items() if answer}

    @property
    def names(self) -> tuple[str, ...]:
        """The dependencies that are asked."""
        return tuple(self._checks)

    def close(self) -> None:
        """Stop the checks that still run."""
        for task in self._running.values():
            _ = task.cancel()

    def _task(self, name: str, check: Check) -> asyncio.Task[str]:
        task = self._running.get(name)
        if task is None or task.done():
            task = self._running[name] = asyncio.create_task(_outcome(check))
        return task


async def _outcome(check: Check) -> str:
    try:
        await check()
    except Unavailable as error:
        return error.reason
    except Exception as error:  # noqa: BLE001 - whatever it is, the dependency is not ready
        return type(error).__name__
    return ""

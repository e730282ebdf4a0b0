"""Runs beside the jobs what is done again and again; a failure is said once, and tried again more slowly."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0
"""How many seconds pass after a failure: twice as many after each, up to these."""

LETTING_GO: Final = 1.0
"""How many seconds a step gets for its end when no more are wanted."""

type Step = Callable[[], Awaitable[float]]
"""Does one thing, and returns how many seconds may pass until it is wanted again."""

_logger = logging.getLogger(__name__)


@asynccontextmanager
async def repeating(steps: Mapping[str, Step]) -> AsyncGenerator[None]:
    """Do each by itself until the block is left."""
    enough = asyncio.Event()
    tasks = [asyncio.create_task(_repeat(name, step, enough)) for name, step in steps.items()]
    try:
        yield
    finally:
        enough.set()
        # A step that is cancelled leaves its connection behind: only one that hangs is.
        _, hanging = await asyncio.wait(tasks, timeout=LETTING_GO)
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)


async def _repeat(name: str, step: Step, enough: asyncio.Event) -> None:
    failures, slower = 0, FIRST_PAUSE
    while not enough.is_set():
        try:
            pause = await step()
        except Exception as error:  # noqa: BLE001 - whatever it is, it may pass, and nobody else would go on
            if not failures:
                _logger.warning("%s fails, and is tried again", name, extra={"reason": type(error).__name__})
            failures += 1
            pause = slower = min(2 * slower, LONGEST_PAUSE)
        else:
            if failures:
                _logger.info("%s works again", name, extra={"failures": failures})
            failures, slower = 0, FIRST_PAUSE
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await enough.wait()

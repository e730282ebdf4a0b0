"""What is done again and again beside the jobs."""

import asyncio
from itertools import pairwise

import pytest

from {{ package }}.domain.errors import Unavailable
from {{ package }}.workers import repeating as module
from {{ package }}.workers.repeating import repeating
from tests.fixtures.jobs import IN_TIME


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for little."""
    for name in ("FIRST_PAUSE", "LETTING_GO"):
        monkeypatch.setattr(module, name, 0.05)


async def test_a_failure_is_said_once_and_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    steps, works = 0, asyncio.Event()

    async def step() -> float:
        nonlocal steps
        steps += 1
        if steps in {2, 3}:
            dependency = "ledger"
            raise Unavailable(dependency)
        if steps > 4:
            works.set()
        return 0.0

    with caplog.at_level("INFO"):
        async with asyncio.timeout(IN_TIME), repeating({"the step": step}):
            await works.wait()

    assert caplog.messages == ["the step fails, and is tried again", "the step works again"]


async def test_what_goes_on_failing_is_tried_ever_more_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.03)
    at = [0.0] * 5
    steps, over = 0, asyncio.Event()

    async def step() -> float:
        nonlocal steps
        at[steps] = asyncio.get_running_loop().time()
        steps += 1
        if steps < len(at):
            dependency = "ledger"
            raise Unavailable(dependency)
        over.set()
        return 3600.0

    async with asyncio.timeout(IN_TIME), repeating({"the step": step}):
        await over.wait()

    pauses = [later - before for before, later in pairwise(at)]
    assert [pause > least for pause, least in zip(pauses, (0.018, 0.028, 0.028, 0.028), strict=True)] == [True] * 4


async def test_each_runs_by_itself() -> None:
    works = asyncio.Event()

    async def hang() -> float:
        await asyncio.Event().wait()
        return 0.0

    async def step() -> float:
        works.set()
        return 3600.0

    async with asyncio.timeout(IN_TIME), repeating({"one that hangs": hang, "another": step}):
        await works.wait()


async def test_a_step_is_not_cut_short() -> None:
    begun, ended = asyncio.Event(), False

    async def step() -> float:
        nonlocal ended
        begun.set()
        await asyncio.sleep(0.02)
        ended = True
        return 3600.0

    async with repeating({"the step": step}):
        await begun.wait()

    assert ended

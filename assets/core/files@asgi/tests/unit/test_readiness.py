import asyncio
from contextlib import suppress

from {{ package }}.api.readiness import Readiness
from {{ package }}.domain.errors import Unavailable


async def fine() -> None:
    """Succeed."""


async def gone() -> None:
    dependency = "ledger"
    raise Unavailable(dependency, "refuses connections")


async def broken() -> None:
    message = "a secret"
    raise RuntimeError(message)


async def test_each_dependency_that_fails_is_named_with_its_reason() -> None:
    readiness = Readiness({"fine": fine, "gone": gone})

    assert await readiness.failures() == {"gone": "refuses connections"}


async def test_an_unforeseen_error_gives_away_its_type_only() -> None:
    assert await Readiness({"broken": broken}).failures() == {"broken": "RuntimeError"}


async def test_a_check_that_hangs_and_ignores_being_cancelled_does_not_hold_up_the_answer() -> None:
    released = asyncio.Event()
    started = 0

    async def hangs() -> None:
        nonlocal started
        started += 1
        while not released.is_set():
            with suppress(asyncio.CancelledError):
                _ = await released.wait()

    readiness = Readiness({"hangs": hangs, "fine": fine}, wait_seconds=0.01)

    answers = await asyncio.gather(*(readiness.failures() for _ in range(3)))

    assert answers == [{"hangs": "does not answer"}] * 3
    assert started == 1, "probes share one check"
    released.set()


async def test_a_dependency_that_answers_again_is_ready_again() -> None:
    up = asyncio.Event()

    async def check() -> None:
        if not up.is_set():
            await gone()

    readiness = Readiness({"ledger": check})
    assert await readiness.failures()
    up.set()

    assert await readiness.failures() == {}

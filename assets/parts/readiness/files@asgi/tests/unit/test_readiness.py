import asyncio
from contextlib import suppress

from {{ package }}.api.readiness import CheckResult, Readiness
from {{ package }}.domain.errors import Unavailable


async def fine() -> str:
    return "ok"


async def gone() -> str:
    dependency = "ledger"
    raise Unavailable(dependency, "refuses connections")


async def broken() -> str:
    message = "a secret"
    raise RuntimeError(message)


async def test_each_dependency_is_named_with_its_state_and_an_unexpected_error_with_its_type_only() -> None:
    readiness = Readiness({"fine": fine, "gone": gone, "broken": broken})

    assert await readiness.check_all() == {
        "fine": CheckResult(ready=True, message="ok"),
        "gone": CheckResult(ready=False, message="refuses connections"),
        "broken": CheckResult(ready=False, message="RuntimeError"),
    }


async def test_a_check_that_hangs_and_ignores_being_cancelled_does_not_hold_up_the_result() -> None:
    released = asyncio.Event()
    started = 0

    async def hangs() -> str:
        nonlocal started
        started += 1
        while not released.is_set():
            with suppress(asyncio.CancelledError):
                await released.wait()
        return "ok"

    readiness = Readiness({"hangs": hangs, "fine": fine}, wait_seconds=0.01)

    try:
        async with asyncio.timeout(5):
            results = await asyncio.gather(*(readiness.check_all() for _ in range(3)))
    finally:
        released.set()

    timed_out = CheckResult(ready=False, message="does not answer")
    assert results == [{"hangs": timed_out, "fine": CheckResult(ready=True, message="ok")}] * 3
    assert started == 1, "probes share one check"


async def test_a_dependency_that_works_again_is_ready_again() -> None:
    up = asyncio.Event()

    async def check() -> str:
        return await (fine() if up.is_set() else gone())

    readiness = Readiness({"ledger": check})
    assert not (await readiness.check_all())["ledger"].ready
    up.set()

    assert (await readiness.check_all())["ledger"].ready

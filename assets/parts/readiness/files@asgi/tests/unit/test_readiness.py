import asyncio
from contextlib import suppress

from {{ package }}.api.readiness import CheckResult, Readiness


async def test_probes_share_a_check_that_hangs_and_ignores_being_cancelled_and_do_not_wait_for_it() -> None:
    released = asyncio.Event()
    started: list[int] = []

    async def hangs() -> str:
        started.append(1)
        while not released.is_set():
            with suppress(asyncio.CancelledError):
                await released.wait()
        return "ok"

    readiness = Readiness({"ledger": hangs}, wait_seconds=0.01)
    try:
        async with asyncio.timeout(5):
            results = await asyncio.gather(*(readiness.check_all() for _ in range(3)))
    finally:
        released.set()

    assert results == [{"ledger": CheckResult(ready=False, message="does not answer")}] * 3
    assert len(started) == 1

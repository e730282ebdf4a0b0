"""Looks each name up in a thread of its own, so that slow name servers hold up no other fetch, and no shutdown."""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from threading import BoundedSemaphore, Thread
from typing import Final, cast

SECONDS: Final = 3.0
"""Nobody waits longer for a name."""
_MAX_THREADS: Final = 100
_free_threads: Final = BoundedSemaphore(_MAX_THREADS)
"""A thread lives until the system gives up, which may be long after its name is given up."""


async def look_up(name: str, port: int) -> Sequence[str]:
    """Return the addresses of a name; raise `OSError`, or `TimeoutError` when that takes too long."""
    threads = _free_threads
    if not threads.acquire(blocking=False):
        raise TimeoutError
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[str]] = loop.create_future()

    def settle(addresses: Sequence[str], error: Exception | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(addresses)
        else:
            answer.set_exception(error)

    def ask() -> None:
        addresses: list[str] = []
        failure: Exception | None = None
        try:
            found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(cast("str", address[0]) for *_, address in found))
        except (OSError, UnicodeError) as error:
            failure = error
        finally:
            threads.release()
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, addresses, failure)

    Thread(target=ask, daemon=True).start()
    async with asyncio.timeout(SECONDS):
        return await answer

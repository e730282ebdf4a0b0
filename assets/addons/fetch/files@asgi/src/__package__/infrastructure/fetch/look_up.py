"""Looks each name up in a thread of its own, so that slow name servers hold up no other fetch, and no shutdown."""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import Future
from threading import BoundedSemaphore, Thread
from typing import Final, cast

SECONDS: Final = 3.0
"""Nobody waits longer for a name."""
free_threads: Final = BoundedSemaphore(100)
"""A thread lives until the system gives up, which may be long after its name is given up."""


async def look_up(name: str, port: int) -> Sequence[str]:
    """Return the addresses of a name; raise `OSError`, or `TimeoutError` when that takes too long."""
    if not free_threads.acquire(blocking=False):
        raise TimeoutError
    answer: Future[Sequence[str]] = Future()
    answer.set_running_or_notify_cancel()  # whoever stops waiting does not cancel it

    def ask() -> None:
        try:
            found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
            answer.set_result(list(dict.fromkeys(cast("str", address[0]) for *_, address in found)))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)
        finally:
            free_threads.release()

    Thread(target=ask, daemon=True).start()
    async with asyncio.timeout(SECONDS):
        return await asyncio.wrap_future(answer)

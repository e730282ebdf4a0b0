"""Looks each name up in a thread of its own: nothing ends a look-up before the system gives up."""

from collections.abc import Sequence
from concurrent.futures import Future
from socket import SOCK_STREAM, getaddrinfo
from threading import BoundedSemaphore, Thread
from typing import Final, cast
from {{ package }}.infrastructure.deadline import seconds_left

SECONDS: Final = 3.0
"""Nobody waits longer for a name."""
free_threads: Final = BoundedSemaphore(100)
"""A thread lives until the system gives up, which may be long after its name is given up."""


def look_up(name: str, port: int) -> Sequence[str]:
    """Return the addresses of a name; raise `OSError`, or `TimeoutError` when that takes too long."""
    if not free_threads.acquire(blocking=False):
        raise TimeoutError
    answer: Future[Sequence[str]] = Future()

    def ask() -> None:
        try:
            found = getaddrinfo(name, port, type=SOCK_STREAM)
            answer.set_result(list(dict.fromkeys(cast("str", address[0]) for *_, address in found)))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)
        finally:
            free_threads.release()

    Thread(target=ask, daemon=True).start()
    return answer.result(seconds_left(SECONDS))

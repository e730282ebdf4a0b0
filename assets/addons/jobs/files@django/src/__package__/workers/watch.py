"""Watches an attempt from a thread of its own: renews its lease, and interrupts it when it has to end."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread, get_ident
from time import monotonic
from typing import Self, final

from dramatiq.middleware import (
    Interrupt,
    raise_thread_exception,  # pyright: ignore[reportUnknownVariableType] - it has no types
)

from {{ package }}.domain.errors import Unavailable


@final
class AttemptTimeout(Interrupt):
    """Raised in the thread of an attempt that takes too long."""


@final
class TakenOver(Interrupt):
    """Raised in the thread of an attempt when another worker has the job."""

    def __init__(self) -> None:
        super().__init__("another worker has taken the job over")


@final
class Watch:
    """Interrupts what runs in its block, as Dramatiq does: between two steps of Python, so not while a call blocks."""

    def __init__(self, renew: Callable[[], bool], every: float, timeout: float) -> None:
        self._renew = renew
        self._every = every
        self._timeout = timeout
        self._watched = get_ident()
        self._finishing = Event()
        self._ended = Event()
        self._lock = Lock()

    def __enter__(self) -> Self:
        Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:  # an interruption that is under way arrives here at the latest
            self._ended.set()

    def stop_renewing(self) -> None:
        """Renew no more: from here on a transaction holds the row."""
        self._finishing.set()

    def _watch(self) -> None:
        late = monotonic() + self._timeout
        while not self._ended.wait(min(self._every, max(0.0, late - monotonic()))):
            if monotonic() >= late:
                return self._interrupt(AttemptTimeout)
            with suppress(Unavailable):
                if not self._finishing.is_set() and not self._renew() and not self._finishing.is_set():
                    return self._interrupt(TakenOver)
        return None

    def _interrupt(self, reason: type[Interrupt]) -> None:
        with self._lock:
            if not self._ended.is_set():
                raise_thread_exception(self._watched, reason)

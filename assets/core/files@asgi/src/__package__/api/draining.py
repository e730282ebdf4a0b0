"""Leaves a rollout's traffic alone: on SIGTERM it first says that it is leaving, and stops a while later."""

import asyncio
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from types import FrameType

from {{ package }}.api.readiness import Readiness


@contextmanager
def leaving_gracefully(readiness: Readiness, drain_seconds: float) -> Generator[None]:
    """Hold SIGTERM back from the server for `drain_seconds`, in which readiness already says no.

    A server closes its listener at once on SIGTERM; a load balancer would go on sending to a closed port until its
    next probe. A second SIGTERM is passed on at once.
    """
    stop = signal.getsignal(signal.SIGTERM)
    if not callable(stop) or threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    def on_sigterm(signum: int, frame: FrameType | None) -> None:
        if readiness.draining:
            stop(signum, frame)
        else:
            readiness.drain()
            _ = loop.call_soon_threadsafe(loop.call_later, drain_seconds, partial(stop, signum, frame))

    _ = signal.signal(signal.SIGTERM, on_sigterm)
    try:
        yield
    finally:
        _ = signal.signal(signal.SIGTERM, stop)

"""What granian lacks: a graceful shutdown that load balancers and clients notice first, and a port that is free."""

import os
import signal
import socket
from multiprocessing import active_children
from threading import Timer
from types import FrameType
from typing import cast


def drain_before_stop(seconds: float) -> None:
    """Let the server go on for some seconds after SIGTERM, so that clients go elsewhere.

    Workers get SIGUSR1 then. A second SIGTERM, or Ctrl-C, ends the wait.
    """
    stop = signal.getsignal(signal.SIGTERM)

    def drain(signum: int, _frame: FrameType | None) -> None:
        signal.signal(signum, stop)
        for worker in active_children():
            os.kill(cast("int", worker.pid), signal.SIGUSR1)
        timer = Timer(seconds, os.kill, (os.getpid(), signum))
        timer.daemon = True
        timer.start()

    signal.signal(signal.SIGTERM, drain)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # until a worker can drain


def port_to_bind(host: str, port: int) -> int:
    """Return the port, or a free one for 0. granian shares its port, so another server on it would go unnoticed."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return cast("tuple[str, int]", probe.getsockname())[1]

"""Serves the application: `python -m {{ package }}`."""

import os
import signal
import sys
from functools import partial
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread
from django.core.handlers.wsgi import WSGIHandler
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import MPServer
from {{ package }}.api.middleware import current_request_id, draining
from {{ package }}.api.server import drain_before_stop, port_to_bind
from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.logging import configure_logging


def main() -> None:
    settings = load_settings().app
    configure_logging(settings.log_level, json=settings.production, request_id=current_request_id)
    try:
        port = port_to_bind(settings.host, settings.port)
    except OSError as error:
        sys.exit(f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}")
    server = MPServer(
        "{{ package }}.__main__:create_worker",
        factory=True,
        address=settings.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        blocking_threads_idle_timeout=600,  # a thread keeps its connection to the database
        backpressure=max(1, settings.max_connections // settings.workers),
        http=HTTPModes.http1,  # where HTTP/2 is on offer, nothing ends a connection that stays silent
        http1_settings=HTTP1Settings(header_read_timeout=settings.keep_alive_seconds * 1000),
        websockets=False,
        log_dictconfig={"loggers": {}},
        workers_kill_timeout=settings.shutdown_seconds,
        reload=settings.reload,
        reload_paths=[Path("src")],
        reload_ignore_worker_failure=True,
    )
    if not settings.reload:
        server.on_startup(partial(drain_before_stop, settings.drain_seconds))
    server.serve()


def create_worker() -> WSGIHandler:
    """Return the application of a worker, which ends with the server and drains when it gets SIGUSR1."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork has the server's handler until granian sets the worker's
    os.setpgrp()  # Ctrl-C goes to the server alone
    Thread(target=_end_with_server, daemon=True).start()
    signal.signal(signal.SIGUSR1, lambda _signum, _frame: draining.set())
    # granian's main thread waits in a lock, and would sleep on through a signal that came just before.
    signal.signal(signal.SIGALRM, lambda _signum, _frame: None)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)
    from {{ package }}.wsgi import application  # noqa: PLC0415 - only workers need Django

    return application


def _end_with_server() -> None:
    if server := parent_process():
        server.join()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()

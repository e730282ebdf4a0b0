"""Runs uvicorn."""

import signal
import sys
from types import FrameType

import uvicorn

from {{ package }}.infrastructure.config import AppSettings


def serve(application: str, settings: AppSettings) -> None:
    """Serve the application that the factory at this import path makes, and exit with 0 when told to stop."""
    # uvicorn raises SIGTERM again once it has shut down: being told to stop is no failure.
    _ = signal.signal(signal.SIGTERM, _exit_cleanly)
    uvicorn.run(
        application,
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.web_concurrency,
        reload=settings.reload,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )


def _exit_cleanly(_signum: int, _frame: FrameType | None) -> None:
    sys.exit(0)

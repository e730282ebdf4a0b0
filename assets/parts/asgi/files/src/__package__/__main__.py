"""Serves the application: `python -m {{ package }}`."""

import signal
import sys

import uvicorn

from {{ package }}.api.middleware import current_request_id
from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.logging import configure_logging


def main() -> None:
    """Serve until told to stop, and exit with 0 then."""
    settings = load_settings()
    configure_logging(settings.app.log_level, json=settings.app.production, request_id=current_request_id)
    # uvicorn raises SIGTERM again once it has shut down: being told to stop is no failure.
    _ = signal.signal(signal.SIGTERM, lambda _signum, _frame: sys.exit(0))
    uvicorn.run(
        "{{ package }}.bootstrap:create_application",
        factory=True,
        host=settings.app.host,
        port=settings.app.port,
        workers=settings.app.web_concurrency,
        reload=settings.app.reload,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.app.shutdown_seconds,
    )


if __name__ == "__main__":
    main()

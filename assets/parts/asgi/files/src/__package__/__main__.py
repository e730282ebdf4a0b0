"""Serves the application: `python -m {{ package }}`."""

import signal
import sys
from contextlib import suppress

import uvicorn
from uvicorn.supervisors import ChangeReload

from {{ package }}.api.middleware import current_request_id
from {{ package }}.api.server import BoundedProtocol, GracefulServer, connection_limit
from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.logging import configure_logging


def main() -> None:
    """Serve until told to stop, and exit with 0 then."""
    settings = load_settings()
    configure_logging(settings.app.log_level, json=settings.app.production, request_id=current_request_id)
    # uvicorn raises SIGTERM again once it has shut down: being told to stop is no failure.
    signal.signal(signal.SIGTERM, lambda _signum, _frame: sys.exit(0))
    config = uvicorn.Config(
        "{{ package }}.bootstrap:create_application",
        factory=True,
        host=settings.app.host,
        port=settings.app.port,
        workers=1,
        reload=settings.app.reload,
        http=BoundedProtocol,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=connection_limit(settings.app.max_connections),
        timeout_keep_alive=settings.app.keep_alive_seconds,
        timeout_graceful_shutdown=settings.app.shutdown_seconds,
    )
    server = GracefulServer(config, drain_seconds=0 if settings.app.reload else settings.app.drain_seconds)
    with suppress(KeyboardInterrupt):
        if settings.app.reload:
            ChangeReload(config, target=server.run, sockets=[config.bind_socket()]).run()
        else:
            server.run()


if __name__ == "__main__":
    main()

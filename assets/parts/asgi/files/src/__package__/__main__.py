"""Serves the application: `python -m {{ package }}`."""

import signal
import sys

import uvicorn
from uvicorn.supervisors import ChangeReload

from {{ package }}.api.middleware import current_request_id
from {{ package }}.api.server import BoundedProtocol, GracefulServer, connection_limit
from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.logging import configure_logging


def main() -> None:
    settings = load_settings().app
    configure_logging(settings.log_level, json=settings.production, request_id=current_request_id)
    # uvicorn raises SIGTERM again after its shutdown, which would end the process with 143.
    signal.signal(signal.SIGTERM, lambda _signum, _frame: sys.exit(0))
    config = uvicorn.Config(
        "{{ package }}.asgi:app",
        host=settings.host,
        port=settings.port,
        root_path=settings.root_path,
        reload=settings.reload,
        reload_dirs=["src"] if settings.reload else None,
        http=BoundedProtocol,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=connection_limit(settings.max_connections),
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    server = GracefulServer(config, drain_seconds=0 if settings.reload else settings.drain_seconds)
    try:
        if settings.reload:
            ChangeReload(config, target=server.run, sockets=[config.bind_socket()]).run()
        else:
            server.run()
    except KeyboardInterrupt:
        pass
    finally:  # the same signal again, as poe sends it, would turn the exit code into a failure
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


if __name__ == "__main__":
    main()

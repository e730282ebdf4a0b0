"""Serves the application: `python -m {{ package }}`."""

import signal

import uvicorn
from uvicorn.supervisors import ChangeReload

from {{ package }}.api.middleware import current_request_id
from {{ package }}.api.server import BoundedProtocol, GracefulServer, connection_limit
from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.logging import configure_logging


def main() -> None:
    settings = load_settings().app
    configure_logging(settings.log_level, json=settings.production, request_id=current_request_id)
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
    _ignore_signals()
    if settings.reload:
        ChangeReload(config, target=server.run, sockets=[config.bind_socket()]).run()
    else:
        server.run()
    _ignore_signals()


def _ignore_signals() -> None:
    """Ignore what uvicorn raises again when it has shut down, and what poe repeats: neither is a failure."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


if __name__ == "__main__":
    main()

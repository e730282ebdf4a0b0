"""The issuer on a port of the loopback interface, over real HTTP."""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self, cast, override
from urllib.parse import parse_qsl, urlsplit

from local_issuer.endpoints import ENDPOINTS, GRANTS
from local_issuer.provider import Answer, Asked, Provider
from {{ package }}.infrastructure.config import AppSettings, load_section

_LOOPBACK: Final = "127.0.0.1"
_MOST_BYTES: Final = 65_536


class LocalIssuer:
    """Serves in a thread of its own; it can go down and come back with the same keys on the same port."""

    def __init__(self, port: int = 0, url: str | None = None) -> None:
        if load_section(AppSettings).production:
            message = "got APP_ENV=production; expected development: the local issuer gives a token to anybody"
            raise SystemExit(message)
        self._server: _Server | None = _Server(port, self)
        self.port: int = self._server.server_port
        self.provider: Provider = Provider(url or f"http://{_LOOPBACK}:{self.port}", ENDPOINTS, GRANTS)
        self.asked: Counter[str] = Counter()
        """How often each path was asked for."""

    @property
    def url(self) -> str:
        """Return its name in tokens, which is where it is found too."""
        return self.provider.url

    def __enter__(self) -> Self:
        """Answer from now on."""
        server = self._server = self._server or _Server(self.port, self)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Refuse connections from now on."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads: bool = True
    block_on_close: bool = False
    request_queue_size: int = 128

    def __init__(self, port: int, issuer: LocalIssuer) -> None:
        super().__init__((_LOOPBACK, port), _Handler)
        self.issuer: LocalIssuer = issuer


class _Handler(BaseHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is asked for holds codes and tokens."""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer("")

    def do_POST(self) -> None:
        """Answer a form that was posted."""
        length = min(int(self.headers.get("Content-Length") or 0), _MOST_BYTES)
        self._answer(self.rfile.read(length).decode())

    def _answer(self, form: str) -> None:
        issuer = cast("_Server", self.server).issuer
        parts = urlsplit(self.path)
        parameters = dict(parse_qsl(parts.query) + parse_qsl(form))
        issuer.asked[parts.path] += 1
        self._send(issuer.provider.answer(Asked(self.command, parts.path, parameters)))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

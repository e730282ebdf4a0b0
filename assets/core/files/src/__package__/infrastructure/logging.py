"""One line per event on standard output: JSON for machines in production, readable in development."""

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast, override

import msgspec

type RequestId = Callable[[], str | None]
type Line = dict[str, object]

_ENCODER = msgspec.json.Encoder(enc_hook=str)
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"asctime", "color_message", "message", "taskName"}


class LineFormatter(logging.Formatter):
    """A record, and whatever was passed as `extra`, as one line."""

    def __init__(self, *, json: bool, request_id: RequestId) -> None:
        super().__init__()
        self._json: bool = json
        self._request_id: RequestId = request_id

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = _line(record.levelname, record.name, record.getMessage(), self._request_id(), record.created)
        given = cast("Line", record.__dict__).items()
        line.update({name: value for name, value in given if name not in _STANDARD})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _text(line, json=self._json)


class AccessLog:
    """Writes the access line of a request, past the logging machinery, which would cost more than the request."""

    def __init__(self, *, json: bool) -> None:
        self._json: bool = json

    def __call__(self, request_id: str, method: str, path: str, status: int, seconds: float) -> None:
        """Write one line; `path` comes without its query, which may hold secrets."""
        line = _line("INFO", "{{ package }}.access", "request", request_id)
        line.update(method=method, path=path, status=status, milliseconds=round(seconds * 1000, 2))
        _ = sys.stdout.write(_text(line, json=self._json) + "\n")
        _ = sys.stdout.flush()


def configure_logging(level: str, *, json: bool, request_id: RequestId) -> None:
    """Send every logger of this process, the server's and the libraries' included, to one stream in one format."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(LineFormatter(json=json, request_id=request_id))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("{{ package }}").setLevel(level)
    logging.getLogger("uvicorn").setLevel(logging.INFO)


def _line(level: str, logger: str, message: str, request_id: str | None, created: float | None = None) -> Line:
    time = datetime.now(UTC) if created is None else datetime.fromtimestamp(created, UTC)
    return {"time": time, "level": level, "logger": logger, "message": message, "request_id": request_id}


def _text(line: Line, *, json: bool) -> str:
    if json:
        return _ENCODER.encode(line).decode()
    rest = " ".join(f"{name}={value}" for name, value in list(line.items())[4:] if value is not None)
    return f"{line['time']:%H:%M:%S} {line['level']:<7} {line['logger']}  {line['message']}  {rest}".rstrip()

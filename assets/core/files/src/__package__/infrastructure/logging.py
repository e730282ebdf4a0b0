"""Structured logs: one line for each event on standard output, JSON in production and text in development."""

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
    """Formats a record, with what was passed as `extra`, as one line."""

    def __init__(self, *, json: bool, request_id: RequestId) -> None:
        super().__init__()
        self._json: bool = json
        self._request_id: RequestId = request_id

    @override
    def format(self, record: logging.LogRecord) -> str:
        attributes = cast("Line", record.__dict__).items()
        line: Line = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": self._request_id(),
            **{name: value for name, value in attributes if name not in _STANDARD},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _ENCODER.encode(line).decode() if self._json else _as_text(line)


def configure_logging(level: str, *, json: bool, request_id: RequestId) -> None:
    """Send the records of this service, the server and the libraries to standard output in one format."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(LineFormatter(json=json, request_id=request_id))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # no line shows them
    logging.getLogger("{{ package }}").setLevel(level)
    logging.getLogger("uvicorn").setLevel(logging.INFO)


def _as_text(line: Line) -> str:
    head = f"{line.pop('time'):%H:%M:%S} {line.pop('level'):<7} {line.pop('logger')}  {line.pop('message')}"
    rest = " ".join(f"{name}={value}" for name, value in line.items() if value is not None)
    return f"{head}  {rest}".rstrip()

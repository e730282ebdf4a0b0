"""Structured logs: one line for each event on standard output, JSON in production and text in development."""

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast, override

import msgspec

type ContextValue = Callable[[], str | None]
type Line = dict[str, object]

_ENCODER = msgspec.json.Encoder(enc_hook=str)
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | { {{ slot("logging.omitted") }} "asctime", "message", "taskName"}


class LineFormatter(logging.Formatter):
    """Formats a record, with what was passed as `extra`, as one line."""

    def __init__(self, *, json: bool, **context: ContextValue) -> None:
        super().__init__()
        self._json: bool = json
        self._context: dict[str, ContextValue] = context

    @override
    def format(self, record: logging.LogRecord) -> str:
        given = {name: current() for name, current in self._context.items()} | cast("Line", record.__dict__)
        line: Line = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in given.items() if value is not None and name not in _STANDARD},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _ENCODER.encode(line).decode() if self._json else _as_text(line)


def configure_logging(level: str, *, json: bool, **context: ContextValue) -> None:
    """Send all records to standard output in one format. Each line has what `context` returns, such as `request_id`."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(LineFormatter(json=json, **context))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # No line shows these.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.logAsyncioTasks = False  # pyright: ignore[reportAttributeAccessIssue] - its types lack it
    logging.getLogger("{{ package }}").setLevel(level)
    {{ slot("logging.server") }}


def _as_text(line: Line) -> str:
    head = f"{line.pop('time'):%H:%M:%S} {line.pop('level'):<7} {line.pop('logger')}  {line.pop('message')}"
    rest = " ".join(f"{name}={value}" for name, value in line.items())
    return f"{head}  {rest}".rstrip()

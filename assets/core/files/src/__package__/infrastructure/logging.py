"""One line per event on standard output: JSON for machines in production, readable in development."""

import logging
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import cast, override

import msgspec

type RequestId = Callable[[], str | None]

_ENCODER = msgspec.json.Encoder(enc_hook=str)
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"asctime", "color_message", "message", "taskName"}


class JsonFormatter(logging.Formatter):
    """A record and whatever was passed as `extra`, as one JSON object."""

    def __init__(self, request_id: RequestId) -> None:
        super().__init__()
        self._request_id: RequestId = request_id

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": self._request_id(),
            **_extras(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _ENCODER.encode(line).decode()


class PlainFormatter(logging.Formatter):
    """The same for a person's eyes."""

    def __init__(self, request_id: RequestId) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s  %(message)s", "%H:%M:%S")
        self._request_id: RequestId = request_id

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        extras = {**_extras(record), "request_id": self._request_id()}
        shown = " ".join(f"{name}={value}" for name, value in extras.items() if value is not None)
        return f"{super().formatMessage(record)}  {shown}".rstrip()


class AccessLog:
    """Writes the access line of a request, past the logging machinery, which would cost more than the request."""

    def __init__(self, *, json: bool) -> None:
        self._json: bool = json

    def __call__(self, request_id: str, method: str, path: str, status: int, seconds: float) -> None:
        """Write one line; `path` comes without its query, which may hold secrets."""
        line = AccessLine(datetime.now(UTC), request_id, method, path, status, round(seconds * 1000, 2))
        _ = sys.stdout.write((_ENCODER.encode(line).decode() if self._json else line.plain()) + "\n")
        _ = sys.stdout.flush()


class AccessLine(msgspec.Struct, frozen=True):
    """What is said of every request."""

    time: datetime
    request_id: str
    method: str
    path: str
    status: int
    milliseconds: float
    level: str = "INFO"
    logger: str = "{{ package }}.access"
    message: str = "request"

    def plain(self) -> str:
        """Return the line for a person's eyes."""
        clock = self.time.astimezone().strftime("%H:%M:%S")
        answer = f"{self.method} {self.path} {self.status} {self.milliseconds} ms"
        return f"{clock} {self.level:<7} {answer}  {self.request_id}"


def configure_logging(level: str, *, json: bool, request_id: RequestId) -> None:
    """Send every logger of this process, the server's and the libraries' included, to one stream in one format."""
    logging.Formatter.converter = time.localtime
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(request_id) if json else PlainFormatter(request_id))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("{{ package }}").setLevel(level)
    logging.getLogger("uvicorn").setLevel(logging.INFO)


def _extras(record: logging.LogRecord) -> Mapping[str, object]:
    fields = cast("dict[str, object]", record.__dict__)
    return {name: value for name, value in fields.items() if name not in _STANDARD}

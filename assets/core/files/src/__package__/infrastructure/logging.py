"""One line per event on standard output: JSON for machines in production, readable in development."""

import asyncio
import logging
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import batched
from typing import cast, override

import msgspec

type RequestId = Callable[[], str | None]
type Line = dict[str, object]
type Noted = tuple[str, str, str, int, float]

_ENCODER = msgspec.json.Encoder(enc_hook=str)
# A pipe takes 4096 bytes in one piece, whatever other processes write to it.
_TOGETHER = 12
_ACCESS: Line = {"level": "INFO", "logger": "{{ package }}.access", "message": "request"}
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"asctime", "color_message", "message", "taskName"}


class LineFormatter(logging.Formatter):
    """A record, and whatever was passed as `extra`, as one line."""

    def __init__(self, *, json: bool, request_id: RequestId) -> None:
        super().__init__()
        self._json: bool = json
        self._request_id: RequestId = request_id

    @override
    def format(self, record: logging.LogRecord) -> str:
        given = cast("Line", record.__dict__).items()
        line: Line = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": self._request_id(),
            **{name: value for name, value in given if name not in _STANDARD},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _ENCODER.encode(line).decode() if self._json else _readable(line)


class AccessLog:
    """Writes the access lines of one turn of the event loop together, past the logging machinery: that costs more."""

    def __init__(self, *, json: bool) -> None:
        self._json: bool = json
        self._noted: list[Noted] = []

    def __call__(self, request_id: str, method: str, path: str, status: int, seconds: float) -> None:
        """Note one line, which is written, with the time of writing, at the end of this turn of the event loop."""
        if not self._noted:
            _ = asyncio.get_running_loop().call_soon(self._write)
        self._noted.append((request_id, method, path, status, round(seconds * 1000, 2)))

    def _write(self) -> None:
        with suppress(OSError):  # a full disk costs the lines, not the connections
            for noted in batched(self._noted, _TOGETHER):
                _ = sys.stdout.write(_text(_access_lines(noted), json=self._json))
                _ = sys.stdout.flush()
        self._noted.clear()


def configure_logging(level: str, *, json: bool, request_id: RequestId) -> None:
    """Send every logger of this process, the server's and the libraries' included, to one stream in one format."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(LineFormatter(json=json, request_id=request_id))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("{{ package }}").setLevel(level)
    logging.getLogger("uvicorn").setLevel(logging.INFO)


def _readable(line: Line) -> str:
    head = f"{line.pop('time'):%H:%M:%S} {line.pop('level'):<7} {line.pop('logger')}  {line.pop('message')}"
    rest = " ".join(f"{name}={value}" for name, value in line.items() if value is not None)
    return f"{head}  {rest}".rstrip()


def _access_lines(noted: Iterable[Noted]) -> list[Line]:
    now = datetime.now(UTC)
    return [
        {"time": now, "request_id": key, "method": method, "path": path, "status": code, "milliseconds": ms, **_ACCESS}
        for key, method, path, code, ms in noted
    ]


def _text(lines: list[Line], *, json: bool) -> str:
    return _ENCODER.encode_lines(lines).decode() if json else "".join(f"{_readable(line)}\n" for line in lines)

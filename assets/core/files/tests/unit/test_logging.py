import logging
import sys

import msgspec
import pytest

from {{ package }}.infrastructure.logging import LineFormatter, configure_logging


class Line(msgspec.Struct):
    level: str
    message: str
    request_id: str | None
    exception: str | None = None
    attempt: int | None = None


@pytest.fixture
def record() -> logging.LogRecord:
    return logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": "did %s", "args": ("it",), "attempt": 2})


def test_a_record_is_one_json_line_with_its_request_id_extras_and_exception(record: logging.LogRecord) -> None:
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        record.exc_info = sys.exc_info()

    text = LineFormatter(json=True, request_id=lambda: "abc").format(record)

    line = msgspec.json.decode(text, type=Line)
    assert "\n" not in text
    assert (line.level, line.message, line.request_id, line.attempt) == ("INFO", "did it", "abc", 2)
    assert "ZeroDivisionError" in str(line.exception)


def test_in_development_a_record_is_a_line_of_text(record: logging.LogRecord) -> None:
    text = LineFormatter(json=False, request_id=lambda: "abc").format(record)

    assert text.endswith("x  did it  request_id=abc attempt=2")


def test_libraries_and_the_server_log_in_the_same_format(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=True, request_id=lambda: "abc")

    {{ slot("tests.server_line") }}
    logging.getLogger("some.library").info("chatter")
    logging.getLogger("some.library").warning("careful")

    lines = [msgspec.json.decode(line, type=Line) for line in capsys.readouterr().out.splitlines()]
    assert [(line.message, line.request_id) for line in lines] == [("started", "abc"), ("careful", "abc")]

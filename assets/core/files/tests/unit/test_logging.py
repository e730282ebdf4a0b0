import logging

import msgspec
import pytest

from {{ package }}.infrastructure.logging import configure_logging


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])


def test_records_of_the_server_and_of_libraries_are_json_lines_with_request_id_extras_and_exception(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("INFO", json=True, request_id=lambda: "abc")

    {{ slot("tests.server_line") }}
    logging.getLogger("some.library").info("chatter")
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        logging.getLogger("some.library").exception("failed %s", "twice", extra={"attempt": 2})

    started, failed = [msgspec.json.decode(line, type=dict[str, object]) for line in capsys.readouterr().out.splitlines()]
    assert (started["level"], started["message"], started["request_id"]) == ("INFO", "started", "abc")
    assert (failed["message"], failed["attempt"]) == ("failed twice", 2)
    assert "ZeroDivisionError" in str(failed["exception"])


def test_in_development_a_record_is_a_line_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=False, request_id=lambda: None)

    logging.getLogger("some.library").warning("did %s", "it", extra={"attempt": 2})

    assert capsys.readouterr().out.endswith("WARNING some.library  did it  attempt=2\n")

from threading import Event
from unittest.mock import Mock

from {{ package }}.api.readiness import CheckResult, Readiness
from {{ package }}.domain.errors import Unavailable


def test_each_dependency_is_named_with_its_state_and_an_unexpected_error_with_its_type_only() -> None:
    gone = Mock(side_effect=Unavailable("ledger", "refuses connections"))
    broken = Mock(side_effect=RuntimeError("a secret"))
    readiness = Readiness({"fine": lambda: "ok", "gone": gone, "broken": broken}, wait_seconds=60)

    assert readiness.check_all() == {
        "fine": CheckResult(ready=True, message="ok"),
        "gone": CheckResult(ready=False, message="refuses connections"),
        "broken": CheckResult(ready=False, message="RuntimeError"),
    }


def test_a_check_that_hangs_does_not_hold_up_the_result_and_probes_share_it() -> None:
    released = Event()
    started: list[int] = []

    def hangs() -> str:
        started.append(1)
        released.wait()
        return "ok"

    readiness = Readiness({"hangs": hangs}, wait_seconds=0)
    try:
        results = [readiness.check_all() for _ in range(3)]
    finally:
        released.set()

    assert results == [{"hangs": CheckResult(ready=False, message="does not answer")}] * 3
    assert len(started) == 1

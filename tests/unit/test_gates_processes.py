import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from scaffold.checking import processes
from scaffold.checking.processes import run, unwinding_on_signals
from tests.fake_project import Witness


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path / "witness")


def python(*lines: str) -> list[str]:
    return [sys.executable, "-S", "-c", "\n".join(["import os, signal", *lines])]


def test_output_and_errors_come_back_in_order_without_colours(tmp_path: Path) -> None:
    finished = run(["sh", "-c", r"echo one; printf '\033[1;31mtwo\033[0m\n' >&2; exit 3"], cwd=tmp_path, limit=10)

    assert (finished.code, finished.output, finished.overdue) == (3, "one\ntwo\n", False)


def test_a_command_that_is_not_there_says_so(tmp_path: Path) -> None:
    finished = run(["no-such-tool-a3f1"], cwd=tmp_path, limit=10)

    assert finished.code is None
    assert "no-such-tool-a3f1" in finished.output


def test_a_command_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path, witness: Witness) -> None:
    stubborn = "signal.signal(signal.SIGINT, signal.SIG_IGN)"

    finished = run(python(stubborn, witness.statement, "os.fork()", "signal.pause()"), cwd=tmp_path, limit=2)

    assert (finished.overdue, finished.code) == (True, -signal.SIGKILL)
    assert witness.arrived()
    assert witness.left()


def test_what_a_command_leaves_behind_is_ended_and_does_not_hold_us_up(tmp_path: Path, witness: Witness) -> None:
    start = time.monotonic()

    finished = run(python(witness.statement, "if os.fork() == 0: signal.pause()"), cwd=tmp_path, limit=60)

    assert (finished.code, finished.overdue) == (0, False)
    assert time.monotonic() - start < 30
    assert witness.arrived()
    assert witness.left()


def test_of_endless_output_only_the_end_is_read(tmp_path: Path) -> None:
    finished = run(python("print('x' * 3_000_000)", "print('the end')"), cwd=tmp_path, limit=60)

    assert len(finished.output) == 1_000_000
    assert finished.output.endswith("the end\n")


def test_a_command_has_no_input_to_wait_for(tmp_path: Path) -> None:
    assert run(["cat"], cwd=tmp_path, limit=60).code == 0


def test_a_signal_ends_the_command_and_unwinds(tmp_path: Path, witness: Witness) -> None:
    with signalled(signal.SIGTERM, witness), pytest.raises(SystemExit) as caught, unwinding_on_signals():
        run(python(witness.statement, "signal.pause()"), cwd=tmp_path, limit=60)

    assert caught.value.code == 128 + signal.SIGTERM
    assert witness.left()


def test_an_interrupted_command_may_take_down_what_it_put_up(
    tmp_path: Path, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_GRACE_SECONDS", 60)
    tidy = f"signal.signal(signal.SIGINT, lambda *_: (open({str(tmp_path / 'tidied')!r}, 'w'), os._exit(0)))"

    with signalled(signal.SIGTERM, witness), pytest.raises(SystemExit), unwinding_on_signals():
        run(python(tidy, witness.statement, "signal.pause()"), cwd=tmp_path, limit=60)

    assert (tmp_path / "tidied").exists()


def test_a_second_signal_does_not_cut_the_cleaning_up_short(tmp_path: Path, witness: Witness) -> None:
    again = f"signal.signal(signal.SIGINT, lambda *_: os.kill({os.getpid()}, signal.SIGTERM))"

    with signalled(signal.SIGTERM, witness), pytest.raises(SystemExit), unwinding_on_signals():
        run(python(again, witness.statement, "while True: signal.pause()"), cwd=tmp_path, limit=60)

    assert witness.left()


def test_a_signal_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with unwinding_on_signals():
            assert run(["sh", "-c", f"kill -HUP {os.getpid()}"], cwd=tmp_path, limit=60).code == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]

    with unwinding_on_signals():
        assert signal.getsignal(signal.SIGTERM) != before[1]

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


@contextlib.contextmanager
def signalled(number: signal.Signals, witness: Witness) -> Generator[None]:
    """Send ourselves that signal as soon as the child is there."""

    def send() -> None:
        if witness.arrived():
            os.kill(os.getpid(), number)

    sender = threading.Thread(target=send)
    sender.start()
    yield
    sender.join()

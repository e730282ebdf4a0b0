"""Child processes that end when they should: bounded in time, each in a group of its own, gone when we are."""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_GRACE_SECONDS = 2.0
_MOST_OUTPUT = 1_000_000
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

# Children are started by several threads; the main one, which gets the signals, has to know of all of them.
_running: set[subprocess.Popen[bytes]] = set()
_starting = threading.Lock()
_closing = threading.Event()


@dataclass(frozen=True, slots=True)
class Finished:
    """How a child ended: `code` is None when it could not be started, and `output` then says why."""

    code: int | None
    output: str
    overdue: bool = False


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None, limit: float) -> Finished:
    """Run to the end, or until `limit` seconds have passed; whatever the child started ends with it."""
    with tempfile.TemporaryFile(buffering=0) as output:
        try:
            with started(command, cwd=cwd, env=env, output=output) as process, _deadline(process, limit) as overdue:
                code = process.wait()
        except OSError as error:
            return Finished(None, str(error))
        return Finished(code, read_output(output), overdue.is_set())


@contextlib.contextmanager
def started(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None, output: IO[bytes]
) -> Generator[subprocess.Popen[bytes]]:
    """Start a child and end its group on the way out. A file takes its output: a pipe would fill, or be held open."""
    with _starting:
        if _closing.is_set():
            raise CancelledError
        process = subprocess.Popen(  # noqa: S603 - commands are built from constants and paths, without a shell
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        _running.add(process)
    try:
        yield process
    finally:
        _end(process)
        _running.discard(process)


def read_output(output: IO[bytes]) -> str:
    """Read the last million bytes, without colours, and without moving the offset that the child writes at."""
    size = os.fstat(output.fileno()).st_size
    written = os.pread(output.fileno(), _MOST_OUTPUT, max(0, size - _MOST_OUTPUT))
    return _ANSI.sub("", written.decode(errors="replace"))


@contextlib.contextmanager
def threads(number: int) -> Generator[Executor]:
    """Offer threads that run children; when the block is left by an exception, these are ended and no more started."""
    executor = ThreadPoolExecutor(number)
    try:
        yield executor
    except BaseException:
        _end_all()
        raise
    finally:
        executor.shutdown()
        _closing.clear()


@contextlib.contextmanager
def unwinding_on_signals() -> Generator[None]:
    """While open, SIGINT, SIGTERM and SIGHUP unwind the stack as SystemExit, so children end before we do."""
    received: list[int] = []

    def unwind(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        if len(received) == 1:  # a second signal must not cut the cleaning up short
            raise SystemExit(128 + number)

    # Only the main thread may handle signals. One that is ignored (nohup, a background job) stays ignored.
    signals = _SIGNALS if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.getsignal(number) for number in signals}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, unwind)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _deadline(process: subprocess.Popen[bytes], limit: float) -> Generator[threading.Event]:
    # A timer beside a blocking wait: `wait(timeout)` polls, and every child would end up to 50 ms late.
    overdue = threading.Event()

    def give_up() -> None:
        overdue.set()
        process.kill()

    timer = threading.Timer(limit, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield overdue
    finally:
        timer.cancel()


def _end_all() -> None:
    _closing.set()
    with _starting:
        running = tuple(_running)
    for process in running:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        # pytest takes down what its fixtures started when it is interrupted, not when it is killed.
        _signal_group(process, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_GRACE_SECONDS)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.pid > 1:  # 0 would be our own group
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)

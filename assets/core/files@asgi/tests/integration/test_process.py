"""The service as a process: started, told to stop, misconfigured."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import TextIO, cast

import msgspec
import pytest
from tests.fixtures.{{ nouns }} import SENT

COMMAND = [sys.executable, "-m", "{{ package }}"]


@contextmanager
def serving(environment: dict[str, str]) -> Generator[tuple[subprocess.Popen[str], int]]:
    """Run the service until it says that it listens; give the process and its port."""
    with subprocess.Popen(COMMAND, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            yield process, port_of(cast("TextIO", process.stdout))
        finally:
            process.kill()


@pytest.fixture
def environment({{ slot("tests.process_parameters") }}) -> dict[str, str]:
    chosen = {"PORT": "0", "DRAIN_SECONDS": "0.3", "SHUTDOWN_SECONDS": "5"}
    {{ slot("tests.process_environment") }}
    return {**os.environ, **chosen, "PYTHONUNBUFFERED": "1"}


def test_told_to_stop_it_says_so_finishes_what_is_in_flight_and_exits_cleanly(environment: dict[str, str]) -> None:
    body = msgspec.json.encode(SENT)
    with serving(environment) as (process, port), closing(HTTPConnection("127.0.0.1", port, timeout=5)) as in_flight:
        in_flight.putrequest("POST", "/{{ slug }}")
        in_flight.putheader("Content-Type", "application/json")
        in_flight.putheader("Content-Length", str(len(body)))
        in_flight.endheaders(body[:5])
        assert status_of(port, "/readyz") == 200

        process.send_signal(signal.SIGTERM)
        while status_of(port, "/readyz") != 503:
            """It still serves, so the signal has not arrived yet."""
        in_flight.send(body[5:])

        assert in_flight.getresponse().status == 201
        assert process.wait(10) == 0


def test_a_bad_environment_ends_in_a_few_lines_that_name_it(environment: dict[str, str]) -> None:
    environment["PORT"] = "eighty"

    finished = subprocess.run(COMMAND, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert finished.returncode == 1
    assert finished.stderr == "The environment has problems:\n  PORT: got 'eighty'; expected int\n"


def port_of(output: TextIO) -> int:
    for line in output:
        if listening := re.search(r"running on http://[\d.]+:(\d+)", line):
            return int(listening[1])
    pytest.fail("it ended before it listened")


def status_of(port: int, path: str) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status

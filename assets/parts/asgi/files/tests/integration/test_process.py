"""The service as a process: started, told to stop, misconfigured."""

import re
import signal
import socket
import subprocess
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from threading import Timer
from time import monotonic
from typing import TextIO, cast

import msgspec
import pytest
from tests.fixtures.{{ noun }}_json import SENT


def test_graceful_shutdown_says_so_finishes_what_is_in_flight_and_exits_cleanly(process: subprocess.Popen[str], {{ slot("tests.client_parameters") }}) -> None:
    body = msgspec.json.encode(SENT)
    port = int(said(process, r"http://127\.0\.0\.1:(\d+)")[1])
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as in_flight:
        in_flight.putrequest("POST", "/{{ slug }}")
        in_flight.putheader("Content-Type", "application/json")
        in_flight.putheader("Content-Length", str(len(body)))
        {{ slot("tests.process_headers") }}
        in_flight.endheaders(body[:5])
        assert asked(port, "/readyz").status == 200

        process.send_signal(signal.SIGTERM)
        draining = next(answer for answer in iter(lambda: asked(port, "/readyz"), None) if answer.status == 503)
        assert draining.headers["connection"] == "close"
        process.send_signal(signal.SIGTERM)
        assert refuses_soon(port)
        in_flight.send(body[5:])

        answer = in_flight.getresponse()
        assert (answer.status, answer.headers["connection"]) == (201, "close")
        assert process.wait(10) == 0
        assert "status=201" in cast("TextIO", process.stdout).read(), "the last access lines are written"


def test_a_bad_environment_ends_in_a_few_lines_that_name_it(command: list[str], environment: dict[str, str]) -> None:
    bad = {**environment, "PORT": "eighty"}

    finished = subprocess.run(command, env=bad, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert finished.returncode == 1
    assert re.fullmatch(r"The environment has problems:\n  PORT: got 'eighty'; expected [^\n]+\n", finished.stderr)


def said(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    late = Timer(20, process.kill)
    late.start()
    try:
        for line in cast("TextIO", process.stdout):
            if found := re.search(pattern, line):
                return found
    finally:
        late.cancel()
    pytest.fail(f"it ended without saying {pattern!r}")


def refuses_soon(port: int) -> bool:
    late = monotonic() + 20
    while monotonic() < late:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            return True
    return False


def asked(port: int, path: str) -> HTTPResponse:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", path)
        return connection.getresponse()

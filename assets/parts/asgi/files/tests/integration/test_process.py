{% set own_route = slot("tests.application") %}
{% set answered = 201 if "+example" in uses else 200 if own_route else 401 %}
"""The service as a process: start, graceful shutdown."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import TextIO, cast

import msgspec
import pytest
from tests.fixtures.example import BODY, METHOD, PATH

COMMAND = [sys.executable, "-m", "{{ "tests.fixtures.example" if own_route else package }}"]


@contextmanager
def running(environment: dict[str, str]) -> Generator[tuple[subprocess.Popen[str], int]]:
    """Start a server, and yield its process and port."""
    with subprocess.Popen(  # noqa: S603 - our own
        COMMAND, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            addresses = (re.search(r"http://127\.0\.0\.1:(\d+)", line) for line in cast("TextIO", process.stdout))
            found = next(filter(None, addresses), None)
            assert found, "it ended before it listened"
            yield process, int(found[1])
        finally:
            process.kill()


def test_graceful_shutdown_finishes_requests_in_flight_and_exits_with_0(
    environment: dict[str, str], {{ slot("tests.client_parameters") }}
) -> None:
    body = msgspec.json.encode(BODY)
    with (
        running(environment) as (process, port),
        closing(connect(port)) as in_flight,
        closing(connect(port)) as leaving,
        socket.create_connection(("127.0.0.1", port), timeout=5) as idle,
    ):
        for request in (leaving, in_flight):
            request.putrequest(METHOD, PATH)
            request.putheader("Content-Type", "application/json")
            request.putheader("Content-Length", str(len(body)))
            {{ slot("tests.process_headers") }}
            request.endheaders(body[:5])
        leaving.close()
        assert get(port, "/readyz").status == 200

        process.send_signal(signal.SIGTERM)
        draining = next(answer for answer in iter(lambda: get(port, "/readyz"), None) if answer.status == 503)
        assert draining.headers["connection"] == "close"
        assert idle.recv(1) == b"", "the server closes idle connections when it stops to accept new ones"
        with pytest.raises(ConnectionRefusedError):
            get(port, "/readyz")
        in_flight.send(body[5:])

        answer = in_flight.getresponse()
        assert (answer.status, answer.headers["connection"]) == ({{ answered }}, "close")
{% if "+example" in uses %}
        assert answer.headers["location"].startswith(f"/behind-a-proxy{PATH}/"), "it has the proxy's prefix"
{% endif %}
        assert process.wait(10) == 0
        log = cast("TextIO", process.stdout).read()
        assert "status={{ answered }}" in log, "the last access lines are written"
        assert "unhandled error" not in log, "a client that goes away in its body is none"


def connect(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=5)


def get(port: int, path: str) -> HTTPResponse:
    with closing(connect(port)) as connection:
        connection.request("GET", path)
        return connection.getresponse()

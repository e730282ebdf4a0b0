{% set read = 422 if "+example" in uses else 200 %}
"""The service as a process: start, graceful shutdown."""

import errno
import os
import re
import signal
import socket
import subprocess
from contextlib import closing
from typing import TextIO, cast

import msgspec
import pytest
from tests.fixtures.example import METHOD, PATH
from tests.fixtures.process import COMMAND, PATIENCE, answer, begin, connect, get, listens, running


def test_graceful_shutdown_finishes_requests_in_flight_and_exits_with_0(environment: dict[str, str]) -> None:
    with (
        running({**environment, "WORKERS": "2", "DRAIN_SECONDS": "600"}) as (process, port),
        closing(begin(port, METHOD, PATH, body=b"[", length=2)) as in_flight,
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as idle,
    ):
        assert get(port, "/readyz").status == 200

        process.send_signal(signal.SIGTERM)
        draining = next(response for response in iter(lambda: get(port, "/readyz"), None) if response.status == 503)
        assert (draining.headers["connection"], draining.headers["retry-after"]) == ("close", "2")
        assert get(port, "/healthz").status == 200
        process.send_signal(signal.SIGTERM)  # which ends the wait
        assert idle.recv(1) == b"", "the server closes idle connections when it stops to accept new ones"
        while listens(port):
            """The other worker has not stopped yet."""
        in_flight.send(b"]")

        response = answer(in_flight)
        assert (response.status, response.headers["connection"]) == ({{ read }}, "close")
        assert process.wait(PATIENCE) == 0
        assert "status={{ read }}" in cast("TextIO", process.stdout).read(), "the last access lines are written"


def test_workers_end_with_a_server_that_is_killed(environment: dict[str, str]) -> None:
    with running(environment) as (process, port):
        process.kill()

        output = cast("TextIO", process.stdout)
        assert output.read() is not None, "a worker that goes on would hold it open"
        while listens(port):
            """The worker closes one file after the other."""


def test_ctrl_c_ends_it_without_waiting_even_while_a_worker_starts(environment: dict[str, str]) -> None:
    environment = {**environment, "DRAIN_SECONDS": "600", "SHUTDOWN_SECONDS": "600"}
    with subprocess.Popen(COMMAND, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            lines = cast("TextIO", process.stdout)
            worker = next(int(found[1]) for line in lines if (found := re.search(r"worker-1 with PID: (\d+)", line)))
            while os.getpgid(worker) != worker:
                pass  # its imports have not begun
            process.send_signal(signal.SIGINT)

            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()


def test_in_production_what_came_over_http_is_redirected_and_no_line_has_a_query(environment: dict[str, str]) -> None:
    production = {"APP_ENV": "production", "SECRET_KEY": "k3y-" * 13, "ALLOWED_HOSTS": "127.0.0.1", "ROOT_PATH": ""}
{% if slot("tests.production_settings") %}
    others = { {{ slot("tests.production_settings") }} }
{% endif %}
    with running({**environment, **production, {{ "**others, " if slot("tests.production_settings") }}"TRUSTED_PROXY": "true"}) as (process, port):
        plain, secure = get(port, f"{PATH}?q=s3cret"), get(port, "/nowhere?q=s3cret", {"X-Forwarded-Proto": "https"})
        probe, stray = get(port, "/healthz", {"Host": "10.0.0.7"}), get(port, "/stray", {"Host": "10.0.0.7"})
        process.terminate()
        lines = cast("TextIO", process.stdout).read().splitlines()

    assert (plain.status, secure.status, probe.status, stray.status) == (301, 404, 200, 400)
    assert secure.headers["strict-transport-security"] == "max-age=3600"
    requests = [msgspec.json.decode(line, type=dict[str, object]) for line in lines if "access" in line]
    assert [line["path"] for line in requests] == [PATH, "/nowhere", "/stray"]
    assert all(line["request_id"] for line in requests)
    assert not [line for line in lines if "s3cret" in line or '"logger":"django' in line]


def test_a_page_of_the_admin_links_files_that_are_served_behind_a_proxy_that_strips_a_path(environment: dict[str, str]) -> None:
    stripped = environment["ROOT_PATH"]
    with running(environment) as (_, port), closing(connect(port)) as connection:
        connection.request("GET", "/admin/login/")
        page = connection.getresponse().read().decode()
        files: list[str] = re.findall(r'(?:href|src)="(\S+\.(?:css|js))"', page)

        assert files
        for file in files:
            assert file.startswith(f"{stripped}/")
            assert get(port, file.removeprefix(stripped)).status == 200, file


def test_a_port_that_is_taken_is_named_though_the_server_could_share_it(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as taken:
        port = str(cast("tuple[str, int]", taken.getsockname())[1])

        finished = _run({**environment, "PORT": port})

    assert finished.returncode == 1
    assert finished.stderr == f"Cannot listen on 127.0.0.1:{port}: {os.strerror(errno.EADDRINUSE)}\n"


def _run(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(COMMAND, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own

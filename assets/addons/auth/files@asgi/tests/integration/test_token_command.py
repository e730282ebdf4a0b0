"""`poe token`, as developers run it."""

import os
import subprocess
import sys
from http import HTTPStatus
import pytest
from local_issuer.provider import Answer
from local_issuer.server import LocalIssuer
from starlette.testclient import TestClient


def token(issuer: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local_issuer.token", *options]
    environment = {**os.environ, "OIDC_ISSUER": issuer}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ((), HTTPStatus.OK),
        (("--scope", "{{ slug }}:read"), HTTPStatus.OK),
        (("--scope", "other"), HTTPStatus.FORBIDDEN),
    ],
    ids=["everything", "reading", "another"],
)
def test_the_service_takes_it_for_what_was_asked(
    client: TestClient, issuer: LocalIssuer, options: tuple[str, ...], status: HTTPStatus
) -> None:
    printed = token(issuer.url, *options).stdout.strip()

    assert client.get("/{{ slug }}", headers={"Authorization": f"Bearer {printed}"}).status_code == status


@pytest.mark.parametrize("issuer", ["https://id.example", "http://127.0.0.1:1"])
def test_without_a_local_issuer_it_says_so_in_a_line(issuer: str) -> None:
    finished = token(issuer)

    assert (finished.returncode, finished.stdout) == (1, "")
    assert issuer in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


@pytest.mark.parametrize("body", [b"<html>", b'{"access_token": "\xff"}', b'{"more": ' + b"[" * 100_000])
def test_an_issuer_whose_answer_cannot_be_read_is_told_in_a_line(changing_issuer: LocalIssuer, body: bytes) -> None:
    changing_issuer.provider.endpoints["POST", "/token"] = lambda _provider, _asked: Answer(body)

    finished = token(changing_issuer.url)

    assert finished.returncode == 1
    assert len(finished.stderr.splitlines()) == 1

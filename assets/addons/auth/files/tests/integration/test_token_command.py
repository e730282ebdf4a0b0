"""`poe token`, as developers run it."""

import pytest
from starlette.responses import Response
{{ partial("client_import") }}

from local_issuer.issuer import LocalIssuer
from tests.fixtures.bearer import bearer
from tests.fixtures.guarded import PATH, READ
from tests.fixtures.issuer import ChangingIssuer, run_issuer_command

COMMAND = "local_issuer.token"


@pytest.mark.parametrize(("options", "status"), [((), 403), (("--scope", READ, "--subject", "alice"), 200)])
def test_the_service_accepts_the_token(
    stranger: TestClient, issuer: LocalIssuer, options: tuple[str, ...], status: int
) -> None:
    printed = run_issuer_command(COMMAND, issuer.url, *options).stdout.strip()

    assert stranger.get(PATH, headers=bearer(printed)).status_code == status


@pytest.mark.parametrize("issuer", ["https://id.example", "http://127.0.0.1:1"])
def test_without_a_local_issuer_it_ends_with_one_line(issuer: str) -> None:
    finished = run_issuer_command(COMMAND, issuer)

    assert (finished.returncode, finished.stdout) == (1, "")
    assert issuer in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


def test_an_answer_that_cannot_be_read_ends_it_with_one_line(changing_issuer: ChangingIssuer) -> None:
    changing_issuer.answers["/token"] = Response(b"<html>")
    finished = run_issuer_command(COMMAND, changing_issuer.url)

    assert finished.returncode == 1
    assert len(finished.stderr.splitlines()) == 1

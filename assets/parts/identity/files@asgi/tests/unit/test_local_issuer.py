import subprocess
import sys

import pytest

from local_issuer.server import LocalIssuer

COMMAND = [sys.executable, "-m", "local_issuer"]


@pytest.mark.parametrize("production", ["production", "PRODUCTION", "anything-else"])
def test_production_has_no_local_issuer(monkeypatch: pytest.MonkeyPatch, production: str) -> None:
    monkeypatch.setenv("APP_ENV", production)

    with pytest.raises(SystemExit):
        LocalIssuer()


def test_it_leaves_another_issuer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_ISSUER", "https://id.example")

    finished = subprocess.run(COMMAND, capture_output=True, text=True, check=True)  # noqa: S603 - our own

    assert "https://id.example" in finished.stdout


def test_a_port_that_is_taken_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch, issuer: LocalIssuer) -> None:
    monkeypatch.setenv("OIDC_ISSUER", issuer.url)

    finished = subprocess.run(COMMAND, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert finished.returncode == 1
    assert finished.stderr.startswith(f"OIDC_ISSUER is {issuer.url}")
    assert len(finished.stderr.splitlines()) == 1

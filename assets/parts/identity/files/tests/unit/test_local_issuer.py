import httpx2
import pytest

from local_issuer.issuer import LocalIssuer
from tests.fixtures.issuer import run_issuer_command
from tests.fixtures.wire import document


def test_production_has_no_local_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "PRODUCTION")

    with pytest.raises(SystemExit, match="expected development"):
        LocalIssuer()


def test_it_does_not_stand_in_for_another_issuer() -> None:
    finished = run_issuer_command("local_issuer", "https://id.example")

    assert (finished.returncode, finished.stderr) == (0, "")
    assert "https://id.example" in finished.stdout


def test_its_endpoints_have_one_slash_where_its_name_ends_with_one() -> None:
    issuer = LocalIssuer(url="http://id.example/")
    issuer.start()
    try:
        found = httpx2.get(f"http://127.0.0.1:{issuer.port}/.well-known/openid-configuration", trust_env=False)
    finally:
        issuer.stop()

    assert document(found).items() >= {"issuer": issuer.url, "jwks_uri": "http://id.example/jwks"}.items()


def test_a_port_that_is_taken_is_reported_in_one_line(issuer: LocalIssuer) -> None:
    finished = run_issuer_command("local_issuer", issuer.url)

    assert finished.returncode == 1
    assert finished.stderr.startswith(f"OIDC_ISSUER is {issuer.url}")
    assert len(finished.stderr.splitlines()) == 1

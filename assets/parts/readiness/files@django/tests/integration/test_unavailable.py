"""An outage is a 503 that says when to try again, and a probe that is not ready."""

import logging

import pytest
from {{ package }}.api.readiness import CheckResult, Readiness
from {{ package }}.domain.errors import Unavailable

from tests.fixtures.access_lines import access_lines
from tests.fixtures.client import TestClient
from tests.fixtures.routes import add_error
from tests.fixtures.wire import document


def test_a_503_names_the_dependency_and_the_access_line_has_the_reason(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    add_error("/unavailable", Unavailable("ledger", "refuses connections", retry_after=7))

    response = client.get("/unavailable")

    assert (response.status_code, response.headers["retry-after"]) == (503, "7")
    assert document(response)["type"] == "urn:problem-type:{{ name }}:dependency-unavailable"
    assert document(response)["detail"] == "The ledger is unavailable."
    assert [line["reason"] for line in access_lines(caplog)] == ["ledger: refuses connections"]


def test_an_instance_that_lacks_what_it_needs_is_alive_but_not_ready(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_all(_readiness: object) -> dict[str, CheckResult]:
        return {"ledger": CheckResult(ready=False, message="refuses connections")}

    monkeypatch.setattr(Readiness, "check_all", check_all)

    response = client.get("/readyz")

    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert document(response)["detail"] == "This instance is not ready, ledger: refuses connections."
    assert client.get("/healthz").status_code == 200

"""An outage is a 503 that says when to try again, and a probe that is not ready."""

from typing import cast

import pytest
from starlette.testclient import TestClient

from {{ package }}.api.services import Services
from {{ package }}.domain.errors import Unavailable

from tests.fixtures.access_lines import access_lines
from tests.fixtures.routes import add_error
from tests.fixtures.wire import document

DOWN = Unavailable("ledger", "refuses connections", retry_after=7)


async def works() -> str:
    return "ok"


async def is_down() -> str:
    raise DOWN


async def is_broken() -> str:
    message = "a secret"
    raise RuntimeError(message)


def test_a_503_names_the_dependency_and_the_access_line_has_the_reason(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    add_error(client, "/unavailable", DOWN)

    response = client.get("/unavailable")

    assert (response.status_code, response.headers["retry-after"]) == (503, "7")
    assert document(response)["type"] == "urn:problem-type:{{ name }}:dependency-unavailable"
    assert document(response)["detail"] == "The ledger is unavailable."
    assert [line["reason"] for line in access_lines(caplog)] == ["ledger: refuses connections"]


def test_an_instance_is_alive_but_not_ready_until_all_that_it_needs_works(client: TestClient) -> None:
    readiness = cast("Services", client.app_state["services"]).readiness
    readiness.checks = {"cellar": works, "ledger": is_down, "vault": is_broken}
    response = client.get("/readyz")
    alive = client.get("/healthz")
    readiness.checks = dict.fromkeys(readiness.checks, works)
    recovered = client.get("/readyz")

    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert document(response)["detail"] == "This instance is not ready, ledger: refuses connections; vault: RuntimeError."
    assert (alive.status_code, recovered.status_code) == (200, 200)
    assert document(recovered)["checks"] == {"cellar": "ok", "ledger": "ok", "vault": "ok"}

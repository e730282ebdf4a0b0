from typing import cast

from starlette.testclient import TestClient

from {{ package }}.api.services import Services
from tests.fixtures.wire import document


def test_liveness_is_200_while_the_process_runs(client: TestClient) -> None:
    response = client.get("/healthz")

    assert (response.status_code, document(response)) == (200, {"status": "ok"})


def test_readiness_is_200_with_the_checks_that_were_run(client: TestClient) -> None:
    response = client.get("/readyz")

    assert response.status_code == 200
    assert document(response)["status"] == "ready"


def test_an_instance_that_shuts_down_is_not_ready_but_alive(client: TestClient) -> None:
    cast("Services", client.app_state["services"]).readiness.draining = True

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.headers["retry-after"] == "2"
    assert client.get("/healthz").status_code == 200

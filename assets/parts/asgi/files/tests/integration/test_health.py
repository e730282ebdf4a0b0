from typing import cast

from starlette.testclient import TestClient

from {{ package }}.api.services import Services
from tests.fixtures.wire import document


def test_the_process_is_alive(client: TestClient) -> None:
    response = client.get("/healthz")

    assert (response.status_code, document(response)) == (200, {"status": "ok"})


def test_the_service_is_ready_and_says_what_it_asked(client: TestClient) -> None:
    response = client.get("/readyz")

    assert response.status_code == 200
    assert document(response)["status"] == "ready"


def test_a_service_that_leaves_is_not_ready_but_alive(client: TestClient) -> None:
    cast("Services", client.app_state["services"]).readiness.draining = True

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.headers["retry-after"] == "2"
    assert client.get("/healthz").status_code == 200

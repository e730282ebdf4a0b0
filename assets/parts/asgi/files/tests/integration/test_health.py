import pytest
from starlette.testclient import TestClient

from tests.fixtures.access_lines import access_lines
from tests.fixtures.wire import document


def test_an_instance_is_ready_and_alive_and_its_probes_leave_no_access_line(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, document(alive)) == (200, {"status": "ok"})
    assert (ready.status_code, document(ready)["status"]) == (200, "ready")
    assert access_lines(caplog) == []


def test_an_instance_that_shuts_down_is_alive_but_not_ready(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.app_state["draining"] = True

    response = client.get("/readyz")

    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert [line["reason"] for line in access_lines(caplog)] == ["shutting down"]
    assert client.get("/healthz").status_code == 200

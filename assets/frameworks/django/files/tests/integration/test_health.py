import logging
from collections.abc import Iterator

import pytest
from {{ package }}.api.middleware import draining

from tests.fixtures.access_lines import access_lines
from tests.fixtures.client import TestClient
from tests.fixtures.wire import document, member


@pytest.fixture
def drained() -> Iterator[None]:
    draining.set()
    yield
    draining.clear()


def test_an_instance_is_ready_and_alive_and_its_probes_leave_no_access_line(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.clear()

    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, document(alive)) == (200, {"status": "ok"})
    assert alive.headers["x-content-type-options"] == "nosniff"
    assert (ready.status_code, document(ready)["status"]) == (200, "ready")
    assert member(document(ready), "checks")["database"] == "ok"
    assert access_lines(caplog) == []


@pytest.mark.usefixtures("drained")
def test_an_instance_that_shuts_down_is_alive_but_not_ready(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.clear()

    response = client.get("/readyz")

    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert [line["reason"] for line in access_lines(caplog)] == ["shutting down"]
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_a_probe_is_answered_by_any_name_and_only_when_it_reads(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"host": "10.0.0.1"}).status_code == 200
    assert client.post(path).status_code == 405
    assert client.get("/nowhere", headers={"host": "10.0.0.1"}).status_code == 400

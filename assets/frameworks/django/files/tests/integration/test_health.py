import pytest

from tests.fixtures.access_lines import access_lines
from tests.fixtures.client import TestClient
from tests.fixtures.documented import member
from tests.fixtures.wire import document


def test_an_instance_is_ready_and_alive_and_its_probes_leave_no_access_line(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()

    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, document(alive)) == (200, {"status": "ok"})
    assert (ready.status_code, document(ready)["status"]) == (200, "ready")
    assert member(document(ready), "checks")["database"] == "ok"
    assert access_lines(caplog) == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_a_probe_is_answered_by_any_name_and_only_when_it_reads(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"host": "10.0.0.1"}).status_code == 200
    assert client.post(path).status_code == 405
    assert client.get("/nowhere", headers={"host": "10.0.0.1"}).status_code == 400

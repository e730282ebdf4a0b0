import pytest
from starlette.testclient import TestClient


def test_a_valid_request_id_is_kept(client: TestClient) -> None:
    assert client.get("/healthz", headers={"x-request-id": "abc-1234.x_Y"}).headers["x-request-id"] == "abc-1234.x_Y"


@pytest.mark.parametrize("unfit", ["short", "has space in it", "x" * 65, "new\\line-1"])
def test_an_unfit_request_id_is_replaced(client: TestClient, unfit: str) -> None:
    given = client.get("/healthz", headers={"x-request-id": unfit}).headers["x-request-id"]

    assert given != unfit
    assert len(given) == 32


def test_every_request_has_an_id_of_its_own(client: TestClient) -> None:
    assert len({client.get("/healthz").headers["x-request-id"] for _ in range(10)}) == 10


def test_a_request_leaves_one_line_without_its_query(capsys: pytest.CaptureFixture[str], client: TestClient) -> None:
    response = client.get("/nowhere?token=secret")

    lines = [line for line in capsys.readouterr().out.splitlines() if response.headers["x-request-id"] in line]
    assert len(lines) == 1
    assert "/nowhere" in lines[0]
    assert "404" in lines[0]
    assert "secret" not in lines[0]

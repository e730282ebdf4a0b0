"""What is no JSON object is refused, as a part of the request that is wrong."""

import pytest
from starlette.testclient import TestClient

from tests.fixtures.example import METHOD, PATH
from tests.fixtures.wire import places


@pytest.mark.parametrize(("media_type", "body"), [("application/json", b"\xff"), ("text/plain", b"{}")])
def test_a_body_that_is_not_utf_8_or_said_to_be_something_else_is_refused(client: TestClient, media_type: str, body: bytes) -> None:
    response = client.request(METHOD, PATH, content=body, headers={"Content-Type": media_type})

    assert response.status_code == 422
    assert places(response) == ["body"]


def test_parameters_of_a_media_type_are_passed_over(client: TestClient) -> None:
    response = client.request(METHOD, PATH, json={}, headers={"Content-Type": "Application/JSON; charset=utf-8"})

    assert "media type" not in response.text

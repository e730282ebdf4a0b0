"""An outage is a 503 that says when to try again."""

import pytest
from {{ package }}.domain.errors import Unavailable

from tests.fixtures.access_lines import access_lines
from tests.fixtures.client import TestClient
from tests.fixtures.routes import add_error
from tests.fixtures.wire import document


def test_a_503_names_the_dependency_and_the_access_line_has_the_reason(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    add_error("/unavailable", Unavailable("ledger", "refuses connections", retry_after=7))

    response = client.get("/unavailable")

    assert (response.status_code, response.headers["retry-after"]) == (503, "7")
    assert document(response)["type"] == "urn:problem-type:{{ name }}:dependency-unavailable"
    assert document(response)["detail"] == "The ledger is unavailable."
    assert [line["reason"] for line in access_lines(caplog)] == ["ledger: refuses connections"]

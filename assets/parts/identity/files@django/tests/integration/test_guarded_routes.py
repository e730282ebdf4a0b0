"""No route is public by mistake."""

import re
import runpy
from contextlib import closing
from typing import cast
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver

from local_issuer.permissions import PERMISSIONS
from tests.fixtures.client import TestClient
from tests.fixtures.example import METHOD
from tests.fixtures.example import PATH as EXAMPLE
from tests.fixtures.guarded import PATH, READ, WRITE
from tests.fixtures.process import CREDENTIALS, answer, begin, running
from tests.fixtures.documented import member
from tests.fixtures.wire import Json, document

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PUBLIC = {
    "/",
    "/docs",
    "/openapi.json",
    {{ slot("identity.public_paths") }}
}


type Patterns = list[URLPattern | URLResolver]


def paths_of(patterns: Patterns, prefix: str = "/") -> list[str]:
    """Return every path of the service that is neither public nor of the admin, which has its own sign-in."""
    found: list[str] = []
    for pattern in patterns:
        place = f"{prefix}{cast('object', pattern.pattern)}"
        if isinstance(pattern, URLPattern):
            found.append(re.sub(r"<[^>]+>", str(uuid4()), place))
        elif pattern.app_name != "admin":
            found += paths_of(cast("Patterns", pattern.url_patterns), place)
    return [path for path in found if path not in PUBLIC]


def test_every_route_but_the_public_ones_refuses_a_stranger(stranger: TestClient) -> None:
    from {{ package }} import urls  # noqa: PLC0415 - it builds the services

    paths = paths_of(cast("Patterns", runpy.run_path(urls.__file__)["urlpatterns"]))

    assert paths
    for path in paths:
        responses = [stranger.request(method, path) for method in METHODS]
        assert {response.status_code for response in responses} in ({401, 405}, {401}), path
        for refused in (response for response in responses if response.status_code == 401):
            assert refused.headers["www-authenticate"]
            assert refused.headers["content-type"] == "application/problem+json"


{% if "+example" in uses %}
def test_a_stranger_is_refused_before_the_body_is_read(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = dict(CREDENTIALS)
    with running(environment) as (_, port), closing(begin(port, METHOD, EXAMPLE, body=b"{", length=2)) as known:
        for name in credentials:
            monkeypatch.delitem(CREDENTIALS, name)
        with closing(begin(port, METHOD, EXAMPLE, body=b"{", length=2)) as unknown:
            assert answer(unknown).status == 401
        known.send(b"}")
        assert answer(known).status == 422


{% endif %}
def test_openapi_has_the_scopes_of_each_guarded_operation(stranger: TestClient) -> None:
    openapi = document(stranger.get("/openapi.json"))
    schemes = member(openapi, "components", "securitySchemes")

    assert schemes
    for method, scope in (("get", READ), ("post", WRITE)):
        operation = member(openapi, "paths", PATH, method)
        assert operation["security"] == [{scheme: [scope]} for scheme in schemes]


def test_the_local_issuer_grants_exactly_the_scopes_that_routes_require(client: TestClient) -> None:
    paths = cast("dict[str, dict[str, Json]]", document(client.get("/openapi.json"))["paths"])
    required = [cast("list[dict[str, list[str]]]", one["security"]) for path in paths.values() for one in path.values()]

    assert {scope for schemes in required for scheme in schemes for scope in next(iter(scheme.values()))} == set(PERMISSIONS)
    assert {status for path in paths.values() for one in path.values() for status in member(one, "responses")} >= {"401", "403"}


def test_a_route_without_scopes_lets_nobody_in(stranger: TestClient, credentials: dict[str, str]) -> None:
    assert stranger.get("/forgotten", headers=credentials).status_code == 403


def test_without_scopes_every_known_caller_may(stranger: TestClient, credentials: dict[str, str]) -> None:
    assert stranger.get("/known").status_code == 401
    assert stranger.get("/known", headers=credentials).status_code == 200
    assert stranger.get(PATH, headers=credentials).status_code == 403


def test_who_may_call_the_api_is_no_staff(client: TestClient) -> None:
    response = client.get("/admin/")

    assert (response.status_code, response.headers["location"]) == (302, "/admin/login/?next=/admin/")

"""No route is public by mistake."""

import re
from collections.abc import Iterator
from typing import cast
from uuid import uuid4

import pytest
from fastapi import APIRouter
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.applications import Starlette
from starlette.testclient import TestClient

from local_issuer.permissions import PERMISSIONS
from {{ package }}.api.guarded_route import GuardedRoute, requires, required_scopes
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import Settings
from tests.fixtures.guarded import PATH, READ, WRITE, guarded_application
from tests.fixtures.wire import Json, document

PUBLIC = {
    "/docs",
    "/docs/oauth2-redirect",
    "/healthz",
    "/openapi.json",
    "/readyz",
    "/redoc",
    {{ slot("identity.public_paths") }}
}


def guarded_routes(app: Starlette) -> list[RouteContext]:
    """Return the routes that are not public."""
    routes = [route for route in iter_route_contexts(app.routes) if route.path not in PUBLIC]
    assert [route.path for route in routes if not isinstance(route.original_route, GuardedRoute)] == []
    return routes


def test_every_route_but_the_public_ones_refuses_a_stranger(settings: Settings, stranger: TestClient) -> None:
    routes = guarded_routes(guarded_application(settings))

    assert routes
    for method, path in [(method, str(route.path)) for route in routes for method in route.methods or ()]:
        response = stranger.request(method, re.sub(r"\{\w+\}", str(uuid4()), path))
        assert response.status_code == 401, f"{method} {path}"
        assert response.headers["www-authenticate"]
        assert response.headers["content-type"] == "application/problem+json"


{{ partial("stranger_test.py") }}


def test_openapi_has_the_scopes_of_each_guarded_operation(settings: Settings) -> None:
    openapi = document(TestClient(guarded_application(settings)).get("/openapi.json"))
    schemes = cast("dict[str, Json]", cast("Json", openapi["components"])["securitySchemes"])
    paths = cast("dict[str, dict[str, Json]]", openapi["paths"])

    assert schemes
    for method, scope in (("get", READ), ("post", WRITE)):
        assert paths[PATH][method]["security"] == [{scheme: [scope]} for scheme in schemes]
        assert cast("Json", paths[PATH][method]["responses"]).keys() >= {"401", "403"}


def test_the_local_issuer_grants_exactly_the_scopes_that_routes_require(settings: Settings) -> None:
    routes = [cast("GuardedRoute", route.original_route) for route in guarded_routes(build_application(settings))]

    assert {scope for route in routes for scope in required_scopes(route)} == set(PERMISSIONS)


def test_a_route_without_scopes_cannot_be_made() -> None:
    router = APIRouter(route_class=GuardedRoute)

    async def forgotten() -> None: ...

    with pytest.raises(TypeError, match="/forgotten"):
        router.add_api_route("/forgotten", forgotten)


def test_without_scopes_every_known_caller_may(stranger: TestClient, credentials: dict[str, str]) -> None:
    assert stranger.get("/known").status_code == 401
    assert stranger.get("/known", headers=credentials).status_code == 200
    assert stranger.get(PATH, headers=credentials).status_code == 403

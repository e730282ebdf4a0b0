"""No route is public by mistake."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.applications import Starlette
from starlette.testclient import TestClient

from local_issuer.permissions import PERMISSIONS
from {{ package }}.api.guarded_route import GuardedRoute
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import Settings
from tests.fixtures.guarded import PATH, guarded_application

PUBLIC = {
    "/healthz",
    "/readyz",
    {{ slot("identity.public_paths") }}
}


def guarded_routes(app: Starlette) -> list[GuardedRoute]:
    """Return the routes that are not public."""
    routes = [route for route in app.routes if not isinstance(route, Route) or route.path not in PUBLIC]
    guarded = [route for route in routes if isinstance(route, GuardedRoute)]
    assert guarded == routes
    return guarded


def test_every_route_but_the_public_ones_refuses_a_stranger(settings: Settings, stranger: TestClient) -> None:
    routes = guarded_routes(guarded_application(settings))

    assert routes
    for method, path in [(method, route.path) for route in routes for method in route.methods or ()]:
        response = stranger.request(method, re.sub(r"\{[\w:]+\}", str(uuid4()), path))
        assert response.status_code == 401, f"{method} {path}"
        assert response.headers["www-authenticate"]
        assert response.headers["content-type"] == "application/problem+json"


{{ partial("stranger_test.py") }}


def test_the_local_issuer_grants_exactly_the_scopes_that_routes_require(settings: Settings) -> None:
    assert {scope for route in guarded_routes(build_application(settings)) for scope in route.scopes} == set(PERMISSIONS)


def test_without_scopes_every_known_caller_may(stranger: TestClient, credentials: dict[str, str]) -> None:
    assert stranger.get("/known").status_code == 401
    assert stranger.get("/known", headers=credentials).status_code == 200
    assert stranger.get(PATH, headers=credentials).status_code == 403

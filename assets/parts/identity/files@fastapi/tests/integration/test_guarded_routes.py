"""No route is open by mistake."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import cast
from uuid import uuid4

import pytest
from local_issuer.permissions import PERMISSIONS
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.testclient import TestClient
from {{ package }}.api.guard import principal_of, requires, scopes_of
from {{ package }}.api.guarded_route import GuardedRoute
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import Settings
from tests.fixtures.wire import Json, document

URL = "/{{ slug }}"
READ, WRITE = "{{ slug }}:read", "{{ slug }}:write"
OPEN = {
    "/docs",
    "/docs/oauth2-redirect",
    "/healthz",
    "/openapi.json",
    "/readyz",
    "/redoc",
    {{ slot("identity.open_paths") }}
}


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    built = build_application(settings)
    assert isinstance(built, FastAPI)
    return built


@pytest.fixture
def stranger(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as running:
        yield running


def closed(app: FastAPI) -> list[RouteContext]:
    """Return all routes that are not open to everybody."""
    routes = [route for route in iter_route_contexts(app.routes) if route.path not in OPEN]
    assert [route.path for route in routes if not isinstance(route.original_route, GuardedRoute)] == []
    return routes


def guarded(app: FastAPI) -> list[tuple[str, str]]:
    return [(method, str(route.path)) for route in closed(app) for method in sorted(route.methods or ())]


def test_every_route_but_the_open_ones_refuses_a_stranger(app: FastAPI, stranger: TestClient) -> None:
    operations = guarded(app)

    assert operations
    for method, path in operations:
        response = stranger.request(method, re.sub(r"\{\w+\}", str(uuid4()), path))
        assert response.status_code == HTTPStatus.UNAUTHORIZED, f"{method} {path}"
        assert response.headers["www-authenticate"]
        assert response.headers["content-type"] == "application/problem+json"


def test_a_stranger_is_refused_before_the_body_is_read(stranger: TestClient) -> None:
    def body() -> Iterator[bytes]:
        yield b"{"
        pytest.fail("more of the body was asked for")

    sent = stranger.post(URL, content=b"{", headers={"content-type": "application/json"})
    refused = stranger.post(URL, content=body())

    assert (sent.status_code, refused.status_code) == (401, 401)


def test_every_guarded_operation_documents_what_it_needs(app: FastAPI, client: TestClient) -> None:
    described = document(client.get("/openapi.json"))
    schemes = cast("dict[str, Json]", cast("Json", described["components"])["securitySchemes"])
    paths = cast("dict[str, dict[str, Json]]", described["paths"])

    needs = {(method, path): paths[path][method.lower()]["security"] for method, path in guarded(app)}

    assert schemes
    assert needs["POST", URL] == [{scheme: [WRITE]} for scheme in schemes]
    assert needs["GET", URL] == [{scheme: [READ]} for scheme in schemes]
    for method, path in needs:
        assert cast("Json", paths[path][method.lower()]["responses"]).keys() >= {"401", "403"}


def test_everything_that_routes_need_is_permitted_in_development_and_nothing_more(app: FastAPI) -> None:
    needed = {permission for route in closed(app) for permission in scopes_of(cast("Callable[..., object]", route.endpoint))}

    assert needed == set(PERMISSIONS)


def test_a_route_that_does_not_say_what_it_needs_cannot_be_made() -> None:
    router = APIRouter(route_class=GuardedRoute)

    async def forgotten() -> None:
        """Do nothing."""

    with pytest.raises(TypeError, match="forgotten"):
        router.add_api_route("/forgotten", forgotten)


@pytest.fixture
def included(app: FastAPI) -> None:
    """Join routes in FastAPI's own way, which makes handlers of them anew."""
    router = APIRouter(route_class=GuardedRoute)

    @router.get("/who")
    @requires()
    async def who(request: Request) -> str:
        return principal_of(request).subject

    @router.get("/never")
    @requires("nobody:has")
    async def never() -> None:
        pytest.fail("it was called")

    _ = who, never
    app.include_router(router, prefix="/more")


@pytest.mark.usefixtures("included")
def test_routes_that_are_included_are_guarded_too(stranger: TestClient, credentials: dict[str, str]) -> None:
    assert stranger.get("/more/who").status_code == HTTPStatus.UNAUTHORIZED
    assert stranger.get("/more/who", headers=credentials).status_code == HTTPStatus.OK
    assert stranger.get("/more/never", headers=credentials).status_code == HTTPStatus.FORBIDDEN

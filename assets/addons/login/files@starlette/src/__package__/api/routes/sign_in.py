"""The session of a person who has signed in. `sign_in_pages.py` begins it."""

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from {{ package }}.api.bodies import respond
from {{ package }}.api.guarded_route import GuardedRoute, principal_of
from {{ package }}.api.routes.sign_in_pages import callback, login
from {{ package }}.api.services import services_of
from {{ package }}.api.session_cookie import session_of
from {{ package }}.domain.errors import Unavailable


class LogoutOut(Struct, frozen=True):
    """`next` is where the browser goes to sign out of the identity provider too."""

    next: str


async def logout(request: Request) -> Response:
    sign_in = services_of(request).sign_in
    await sign_in.browser.end(request)
    try:
        url = await sign_in.provider.logout_url()
    except Unavailable:
        url = None  # the session has ended all the same
    response = respond(LogoutOut(next=url or f"{sign_in.path}/"))
    sign_in.browser.forget(response)
    return response


class MeOut(Struct, frozen=True):
    """`csrf_token` is what writes with this session send as `X-CSRF-Token`. It is null for other credentials."""

    subject: str
    permissions: list[str]
    csrf_token: str | None


async def me(request: Request) -> Response:
    caller, session = principal_of(request), session_of(request)
    csrf_token = session.csrf_token if session else None
    return respond(MeOut(caller.subject, sorted(caller.permissions), csrf_token))


ROUTES = [
    Route("/login", login),
    Route("/callback", callback),
    GuardedRoute("/logout", logout, scopes=[], methods=["POST"]),
    GuardedRoute("/me", me, scopes=[]),
]
